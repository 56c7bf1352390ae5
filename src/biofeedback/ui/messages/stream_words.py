"""Other programs: which may bring sensors, and which get what is measured."""

from __future__ import annotations

HEADING = "Other programs"
LSL_IN = "Take sensors from other programs (LSL)"
LSL_IN_TEXT = "Lab Streaming Layer. What is found stands among the sensors."
OSC_IN = "Take sensors that send OSC"
OSC_IN_TEXT = "Open Sound Control. The port stands among the sensors."
PORT = "Port"
PORT_NAME = "Port on which OSC is listened to"
LSL_OUT = "Send what is measured as LSL streams"
OSC_OUT = "Send what is measured as OSC"
PLACE = "To"
PLACE_NAME = "Where OSC is sent to"
OUT_TEXT = "While a session runs, and only then. The line at the top shows it."
OPEN = "Let other computers take part"
OPEN_TEXT = (
    "Nothing sent this way is encrypted: anyone on this network could read it, or send something "
    "in a sensor's place. Once LSL runs, this changes for it when the app is closed and opened again."
)
IN_DEMO = "In a demo these stand still. Open the app itself to use them."

SENDING = {
    "computer": "Sent to programs here",
    "network": "Sent to the network",
}
SENDING_HINT = {
    "computer": "Other programs on this computer get what is measured. Settings switch it off.",
    "network": (
        "What is measured is sent to the network, where anyone could read it. Settings switch it "
        "off."
    ),
}
NOT_SENT = "Not sent"
