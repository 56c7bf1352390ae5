"""How the sessions are locked and opened."""

from __future__ import annotations

FIRST_TITLE = "A place for your sessions"
FIRST_TEXT = "Sessions are kept on this computer only, encrypted. You choose how they are locked."
LOCK_HEADING = "A passphrase"
LOCK_TEXT = (
    "Only you know it. It cannot be recovered: without it the sessions stay closed for everyone, "
    "you included. A few words in a row are easy to keep in mind."
)
LOCK_FIELD = "Passphrase"
LOCK_FIELD_AGAIN = "Once more"
LOCK_SHOW = "Show what I type"
MAKE_LIBRARY = "Use this passphrase"
KEYCHAIN_HEADING = "This computer's keychain"
KEYCHAIN_TEXT = (
    "Nothing to type. Whoever is logged in to this account on this computer can open the sessions."
)
USE_KEYCHAIN = "Use the keychain"
WITHOUT_HEADING = "No recording"
WITHOUT_TEXT = "Practise now and keep nothing. You can choose a lock later, under Sessions."
WITHOUT = "Practise without recording"
UNLOCK_TITLE = "Welcome back"
UNLOCK_TEXT = "Your sessions are locked with your passphrase."
UNLOCK = "Open my sessions"
UNLOCKING = "Opening…"
LOCK_EMPTY = "There is nothing in the field yet."
LOCK_DIFFERS = "The two are not the same yet."
