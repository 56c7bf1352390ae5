from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.profiles.file_lines import KeyPath, lines_of_keys
from helpers.profile_texts import all_shipped

TEXT = '''# [not] = 1
id = "x"   # [[no]]
long = """
[neither]
this = 2
"""
list = [
  1, # ]
  "]", { a = 3 },
  2,
]
last.one = 4
[match]
"quoted key" = 5
[[stream]]
char = "a"
  [[stream.channel]]
  kind = 'eda'
  [[stream.channel]]
  kind = 'ecg'
[[stream]]
char = "b"
[[stream.channel]]
kind = "x"
[stream.timestamp]
field = "t"
'''


def test_each_key_has_its_line() -> None:
    tomllib.loads(TEXT)
    lines = lines_of_keys(TEXT)
    shown = TEXT.split("\n")
    expected: dict[KeyPath, str] = {
        ("id",): "id =",
        ("long",): "long =",
        ("list",): "list =",
        ("last", "one"): "last.one",
        ("match",): "[match]",
        ("match", "quoted key"): '"quoted key"',
        ("stream", 0): "[[stream]]",
        ("stream", 0, "channel", 1, "kind"): "  kind = 'ecg'",
        ("stream", 1, "char"): 'char = "b"',
        ("stream", 1, "channel", 0, "kind"): 'kind = "x"',
        ("stream", 1, "timestamp", "field"): 'field = "t"',
    }
    for path, beginning in expected.items():
        assert shown[lines[path] - 1].startswith(beginning), path
    assert ("not",) not in lines
    assert ("neither",) not in lines
    assert ("this",) not in lines


def test_every_key_of_the_shipped_profiles_is_found() -> None:
    def paths(value: object, path: KeyPath) -> list[KeyPath]:
        if isinstance(value, dict):
            return [path, *(p for key, one in value.items() for p in paths(one, (*path, key)))]
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [p for place, one in enumerate(value) for p in paths(one, (*path, place))]
        return [path]

    n_inner = 0
    for text in all_shipped().values():
        lines = lines_of_keys(text)
        shown = text.split("\n")
        for path in paths(tomllib.loads(text), ()):
            key = str(path[-1]) if path else ""
            if path in lines:
                assert not isinstance(path[-1], str) or key in shown[lines[path] - 1]
            else:
                # Inside an inline table or a list the line is that of the key.
                assert path == () or path[:-1] in lines
                n_inner += 1
    # Some are, such as what is expected of a test.
    assert n_inner > len(all_shipped())


@given(st.text(max_size=200) | st.text("[]=\"'#\n\\a.{},1 ", max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert all(0 < line <= text.count("\n") + 1 for line in lines_of_keys(text).values())
