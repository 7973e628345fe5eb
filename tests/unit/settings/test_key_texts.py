"""The text below a key of the configuration is found in its source, of its parents too."""

from hervat.settings import Strict
from hervat.settings.base import key_texts


class Parent(Strict):
    """Of no key."""

    first: int
    """The first,
    on two lines."""
    second: int
    third: int = 3
    """The third."""


class Child(Parent):
    """Nothing of a key."""

    third: int = 4
    """Another third."""
    fourth: int

    def method(self) -> None:
        """Of no key either."""


def test_a_text_belongs_to_the_key_above_it():
    assert key_texts(Parent) == {"first": "The first,\non two lines.", "third": "The third."}


def test_a_part_has_the_texts_of_its_parents_and_its_own_go_first():
    assert key_texts(Child) == key_texts(Parent) | {"third": "Another third."}
    told = {name: node.get("description") for name, node in Child.model_json_schema()["properties"].items()}
    assert told == {"first": "The first,\non two lines.", "second": None, "third": "Another third.", "fourth": None}
