"""References to variables: expanded as the kubelet does, and escaped so that it expands nothing."""
import random

import pytest

from translator.converters.expansion import escape, expand, expand_environment, references


# The cases of the expansion that the kubelet uses: https://pkg.go.dev/k8s.io/kubernetes/third_party/forked/golang/expansion
@pytest.mark.parametrize("text, result", [
    ("$(VAR_A)", "A"), ("___$(VAR_B)___", "___B___"), ("$(VAR_A)-$(VAR_B)", "A-B"),
    ("foo$$(VAR_A)bar", "foo$(VAR_A)bar"),
    ("foo$$$(VAR_A)", "foo$A"), ("$$$$(VAR_A)", "$$(VAR_A)"), ("$VAR_A", "$VAR_A"), ("$(VAR_A", "$(VAR_A"), ("$", "$"),
    ("$$", "$"), ("$$$", "$$"), ("$(", "$("), ("()", "()"), ("$()", "$()"), ("$(NONE)", "$(NONE)"), ("$(EMPTY)x", "x"),
    ("$?", "$?"), ("$((VAR_A))", "$((VAR_A))"), ("$(A$(VAR_A))", "$(A$(VAR_A))"), ("${VAR_A}", "${VAR_A}"), ("", ""),
    ("$(VAR_A)$", "A$"), ("$x$(VAR_A)", "$xA"), ("$$x$(VAR_A)", "$xA"), ("$($(VAR_A)", "$($(VAR_A)"),
])
def test_expansion(text, result):
    assert expand(text, {"VAR_A": "A", "VAR_B": "B", "EMPTY": ""}).text == result


def test_what_was_used_and_what_nobody_knows_yet():
    expanded = expand("$(HOST):$(KEY)@$(HOST)$(NONE)", {"HOST": "db", "KEY": None})
    assert expanded == ("db:$(KEY)@db$(NONE)", ("HOST",), ("KEY",))
    assert expand("psql $(KEY)", {"KEY": None}, shell=True) == ("psql ${KEY}", (), ("KEY",))
    assert references("$(B)$$(C)$(A)$(B)") == ("B", "A")


def test_values_refer_to_the_entries_above_them():
    entries = [
        ("EARLY", "$(HOST)"), ("HOST", "db"), ("URL", "http://$(HOST):80/$$(X)"), ("KEY", None),
        ("DSN", "$(KEY)@$(HOST)"), ("LAST", "$(DSN)"), ("MAP", "$(FROM)"),
    ]
    expanded = expand_environment(entries, {"FROM": "map"})
    assert {name: result.text for name, result in expanded.items()} == {
        "EARLY": "$(HOST)", "HOST": "db", "URL": "http://db:80/$(X)", "KEY": None, "DSN": "$(KEY)@db",
        "LAST": "$(DSN)", "MAP": "map",
    }
    assert expanded["DSN"].unresolved == ("KEY",) and expanded["LAST"].unresolved == ("DSN",)


@pytest.mark.parametrize("text, names, escaped", [
    ("kill $$; echo $(USER)", ["USER"], "kill $$$$; echo $$(USER)"),
    ("kill $$; echo $(USER)", None, "kill $$$$; echo $$(USER)"),
    ("echo $(date)", ["USER"], "echo $(date)"), ("echo $(date)", None, "echo $$(date)"),
    ("$HOME ${X} $", ["HOME"], "$HOME ${X} $"),
    ("$(A", ["A"], "$(A"), ("$$$(X)", ["X"], "$$$$$$(X)"),
])
def test_escaping(text, names, escaped):
    assert escape(text, names) == escaped


def test_what_is_escaped_comes_out_as_it_was():
    dice = random.Random(4)
    for _ in range(20000):
        text = "".join(dice.choices("$$$(()AB x", k=dice.randrange(12)))
        assert expand(escape(text), {"A": "1", "B": "2", "": "3", "AB": None}).text == text
        assert expand(escape(text, ["A", "B"]), {"A": "1", "B": "2"}) == (text, (), ())
