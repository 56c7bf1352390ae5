"""Every word on the screen, in one place; each screen has a file of its own.

Plain and warm: about the body, inviting, never diagnosing, commanding, praising or blaming.
What a sensor or the library says in its own words (`SensorStatus.message`, an error) is
shown as it is.
"""
