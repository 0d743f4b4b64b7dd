"""Text -> plain data: documents, scalars as Kubernetes reads them, tags, merges and places."""
import pytest
from texts import numbers, place, problem, read, same, through_kubectl

from translator.readers.text import load
from translator.rows import messages
from translator.writers.text import dump_json

# From resolve.go of go-yaml 2 and the conversion to JSON of sigs.k8s.io/yaml, which kubectl reads manifests with.
SCALARS = [
    ("y", True), ("Y", True), ("yes", True), ("Yes", True), ("YES", True), ("on", True), ("On", True), ("ON", True),
    ("true", True), ("True", True), ("TRUE", True), ("n", False), ("N", False), ("no", False), ("off", False),
    ("OFF", False), ("false", False), ("yEs", "yEs"), ("tRUE", "tRUE"), ("t", "t"), ("~", None), ("null", None),
    ("Null", None), ("NULL", None), ("nULL", "nULL"), ("~~", "~~"), ("=", "="), ("<<", "<<"), ("nan", "nan"),
    ("Infinity", "Infinity"), ("inf", "inf"), ("+.nan", "+.nan"),
    ("0", 0), ("-0", 0), ("+12", 12), ("0755", 493), ("010", 8), ("0o755", 493), ("0O17", 15), ("-0o17", -15),
    ("0x1F", 31), ("-0x1f", -31), ("0b11", 3), ("-0b11", -3), ("1_000", 1000), ("1__0_", 10), ("0_7", 7), ("-_1", -1),
    ("_1", "_1"), ("0x", "0x"), ("0b2", "0b2"), ("0xg", "0xg"), ("1k", "1k"), ("100m", "100m"), ("1,000", "1,000"),
    ("08", 8), ("-09", -9), ("012345678901", 12345678901),
    ("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -2**63), ("18446744073709551616", 2**64),
    ("1e3", 1000), ("12e03", 12000), ("1E3", 1000), ("1e+3", 1000), ("1e-3", 0.001), ("1.", 1), ("1.0", 1), (".5", 0.5),
    ("-.5", -0.5), ("+.5", 0.5), ("1.e3", 1000), ("1.50", 1.5), ("1_0.5", 10.5), (".5_0", 0.5), (".5_", ".5_"),
    ("1e400", "1e400"), ("1e-400", 0), ("1e", "1e"), ("e3", "e3"), (".", "."), ("-a", "-a"),
    ("1:30", "1:30"), ("190:20:30", "190:20:30"), ("2001-01-01", "2001-01-01"), ("1.2.3", "1.2.3"),
    ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"), ("10.0.0.1", "10.0.0.1"), ("1e3a", "1e3a"),
    ("'5'", "5"), ('"y"', "y"), ("!!str 5", "5"), ("!!str ~", "~"), ("!!str", ""), ("! 5", "5"), ("!!int '5'", 5),
    ("!!int '0x10'", 16), ("!!float 5", 5), ("!!float '5.5'", 5.5), ("!!bool 'yes'", True), ("!!null ''", None),
    ("!!timestamp 2001-01-01", "2001-01-01"), ("!!binary aGVsbG8=", "hello"), ("!!set {a, b}", {"a": None, "b": None}),
    ("!!seq [a]", ["a"]), ("!!map {a: 1}", {"a": 1}), ("|\n   a\n    b\n", "a\n b\n"), (">-\n   a\n   b\n", "a b"),
]
KEYS = [
    ("1", "1"), ("0x10", "16"), ("y", "true"), ("on", "true"), ("off", "false"), ("1.10", "1.1"), ("1e6", "1e+06"),
    ("1000.0", "1000"), ("123456789.0", "1.2345679e+08"), ("0.00001", "1e-05"), ("0.0001", "0.0001"), ("-1.5", "-1.5"),
    ("123456.75", "123456.75"), ("999999.9", "999999.9"), ("1e300", ".inf"), (".inf", ".inf"), (".nan", ".nan"),
    ("2001-01-01", "2001-01-01"), ("!!str 1", "1"), ("!!int '1'", "1"), ("'y'", "y"), ('"<<"', "<<"), ("&a b", "b"),
]


class TestScalars:
    @pytest.mark.parametrize("text, value", SCALARS)
    def test_are_read_as_kubernetes_reads_them(self, text, value):
        assert same(read(f"v: {text}"), {"v": value})

    @pytest.mark.parametrize("text, key", KEYS)
    def test_keys_are_strings(self, text, key):
        assert read(f"{text}: v") == {key: "v"}

    def test_kubectl_agrees(self):
        values = [f"v: {text}\n" for text, _ in SCALARS]
        keys = [f"v:\n  {text}: v\n" for text, _ in KEYS]
        expected = [{"v": value} for _, value in SCALARS] + [{"v": {key: "v"}} for _, key in KEYS]
        back = through_kubectl(values + keys)
        assert [pair for pair in zip(expected, back) if not same(numbers(pair[0]), numbers(pair[1]))] == []

    @pytest.mark.parametrize("text", [".inf", "-.Inf", "+.INF", ".nan", "!!float .inf"])
    def test_what_json_cannot_hold_is_refused(self, text):
        line, column, message = problem(f"a: 1\nv: {text}")
        assert (line, column) == (2, 4) and "no infinity and no NaN" in message

    @pytest.mark.parametrize("text", [
        "!!int x", "!!int 1.5", "!!bool 5", "!!null x", "!!float y", "!!binary '%'", "!!binary é",
    ])
    def test_a_tag_that_does_not_fit_is_refused(self, text):
        line, column, message = problem(f"v: {text}")
        assert (line, column) == (1, 4) and "!!" in message and text.split()[1] not in message.split()

    def test_bytes_in_binary_are_replaced_with_a_finding(self):
        [source], [finding] = load("a: b\nv: !!binary /2E=", "app.yaml")
        assert source.value["v"] == "\ufffda"
        assert finding.code in messages() and finding.level == "error"
        assert (finding.fields[0].file, finding.fields[0].line, finding.fields[0].column) == ("app.yaml", 2, 4)

    def test_equal_scalars_are_one_object(self):
        value = read("[http, http, 'http', \"http\"]")
        assert len({id(text) for text in value}) == 1


class TestTags:
    @pytest.mark.parametrize("text, value", [
        ("!Ref Cluster", {"Ref": "Cluster"}),
        ("!Condition IsProd", {"Condition": "IsProd"}),
        ("!Sub '${A}-b'", {"Fn::Sub": "${A}-b"}),
        ("!Sub [a, {b: !Ref c}]", {"Fn::Sub": ["a", {"b": {"Ref": "c"}}]}),
        ("!GetAtt Service.Name", {"Fn::GetAtt": ["Service", "Name"]}),
        ("!GetAtt Stack.Outputs.Url", {"Fn::GetAtt": ["Stack", "Outputs.Url"]}),
        ("!GetAtt [Service, Name]", {"Fn::GetAtt": ["Service", "Name"]}),
        ("!Join ['', [a, !Ref b]]", {"Fn::Join": ["", ["a", {"Ref": "b"}]]}),
        ("!If [A, 1, !Ref AWS::NoValue]", {"Fn::If": ["A", 1, {"Ref": "AWS::NoValue"}]}),
        ("!FindInMap [a, b, c]", {"Fn::FindInMap": ["a", "b", "c"]}),
        ("!ImportValue 5", {"Fn::ImportValue": "5"}),
        ("!Select [0, !GetAZs '']", {"Fn::Select": [0, {"Fn::GetAZs": ""}]}),
        ("!Split [',', a]", {"Fn::Split": [",", "a"]}),
        ("!Base64 a", {"Fn::Base64": "a"}),
        ("!Cidr [a, 1, 2]", {"Fn::Cidr": ["a", 1, 2]}),
        ("!Equals [a, b]", {"Fn::Equals": ["a", "b"]}),
        ("!And [!Condition a]", {"Fn::And": [{"Condition": "a"}]}),
        ("!Or [!Condition a]", {"Fn::Or": [{"Condition": "a"}]}),
        ("!Not [!Condition a]", {"Fn::Not": [{"Condition": "a"}]}),
        ("!Transform {Name: a}", {"Fn::Transform": {"Name": "a"}}),
        ("!ToJsonString {a: 1}", {"Fn::ToJsonString": {"a": 1}}),
        ("!Length [a]", {"Fn::Length": ["a"]}),
    ])
    def test_cloudformation_functions_get_their_long_form(self, text, value):
        assert read(f"v: {text}") == {"v": value}

    def test_a_function_stands_where_its_key_does(self):
        [source], _ = load("a:\n  b: !Join\n    - ''\n    - [!Ref c]\n  d: !GetAtt e.f\n", "stack.yaml")
        assert place(source, "a", "b", "Fn::Join") == (2, 3)
        assert place(source, "a", "b", "Fn::Join", 0) == (3, 7)
        assert place(source, "a", "b", "Fn::Join", 1, 0, "Ref") == (4, 8)
        assert place(source, "a", "d", "Fn::GetAtt", 1) == (5, 3)

    @pytest.mark.parametrize("text, name", [
        ("!!python/object:os.system x", "!!python/object:os.system"),
        ("!!python/object/apply:os.system [id]", "!!python"),
        ("!foo bar", "!foo"), ("!foo [a]", "!foo"), ("!foo {a: b}", "!foo"), ("!!map 5", "!!map"),
        ("!!str {a: b}", "!!str"),
    ])
    def test_other_tags_are_refused_by_name(self, text, name):
        line, column, message = problem(f"a: b\nv: {text}")
        assert (line, column) == (2, 4) and name in message


class TestMerges:
    BASE = "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\n"

    @pytest.mark.parametrize("text, value", [
        ("{<<: *base, b: 5}", {"a": 1, "b": 5}),
        ("{<<: [*base, *more], d: 6}", {"a": 1, "b": 2, "c": 4, "d": 6}),
        ("{<<: *base, <<: *more}", {"a": 1, "b": 3, "c": 4}),
        ("{<<: {a: 0}, a: 1}", {"a": 1}),
        ("{!!merge <<: *base}", {"a": 1, "b": 2}),
        ("{'<<': *base}", {"<<": {"a": 1, "b": 2}}),
        ("{!!str <<: *base}", {"<<": {"a": 1, "b": 2}}),
    ])
    def test_keys_are_merged_in(self, text, value):
        assert read(self.BASE + f"v: {text}")["v"] == value

    def test_kubectl_agrees(self):
        texts = ["{<<: *base, b: 5}", "{<<: [*base, *more], d: 6}", "{<<: *base, <<: *more}", "{b: 0, <<: *base}"]
        documents = [self.BASE + f"v: {text}\n" for text in texts]
        assert through_kubectl(documents) == [load(text, "app.yaml")[0][0].value for text in documents]

    def test_a_merge_that_follows_a_key_wins_with_a_finding(self):
        [source], [finding] = load(self.BASE + "v: {b: 0, <<: *base}", "app.yaml")
        assert source.value["v"] == {"b": 2, "a": 1}
        assert finding.code in messages() and finding.level == "warning"
        assert "key b " in finding.message and finding.fields[0].path == "b" and finding.fields[0].line == 1

    def test_merged_keys_stand_where_they_were_written(self):
        [source], _ = load(self.BASE + "v:\n  <<: *base\n  b: 5\n", "app.yaml")
        assert place(source, "v", "a") == (1, 14)
        assert place(source, "v", "b") == (5, 3)
        assert place(source, "v") == (3, 1)

    @pytest.mark.parametrize("text", ["{<<: 5}", "{<<: ~}", "{<<: [5]}", "{<<: [[]]}"])
    def test_only_maps_merge(self, text):
        assert "merges a map" in problem(f"v: {text}")[2]

    def test_a_key_that_overrides_a_merge_is_no_licence_to_repeat_it(self):
        found = problem(self.BASE + "v: {<<: *base, a: 2, a: 3}")
        assert found == (3, 22, "the key a is repeated; it stands first in line 3")


class TestPlaces:
    TEXT = (
        "# the web\n"
        "apiVersion: apps/v1\n"
        "metadata: {name: web, labels: {app: web}}\n"
        "spec:\n"
        "  containers:\n"
        "  - name: web\n"
        "    args:\n"
        "    - 'a'\n"
        "    -\n"
        "      - b\n"
        "---\n"
        "\n"
        "kind: &kind Service\n"
        "copy: *kind\n"
        "list: &list [1,\n"
        "  2]\n"
        "again: *list\n"
    )

    @pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n"), TEXT.encode("utf-16"), "\ufeff" + TEXT])
    def test_every_key_and_item_has_one(self, text):
        first, second = load(text, "app.yaml")[0]
        assert place(first) == (2, 1)
        assert place(first, "apiVersion") == (2, 1)
        assert place(first, "metadata", "labels", "app") == (3, 32)
        assert place(first, "spec", "containers") == (5, 3)
        assert place(first, "spec", "containers", 0) == (6, 5)
        assert place(first, "spec", "containers", 0, "args", 0) == (8, 7)
        assert place(first, "spec", "containers", 0, "args", 1, 0) == (10, 9)
        assert place(second) == (13, 1)
        assert place(second, "copy") == (14, 1)
        assert place(second, "again") == (17, 1)
        assert place(second, "again", 1) == (16, 3)

    def test_what_does_not_exist_is_where_its_parent_is(self):
        [first, _], _ = load(self.TEXT, "app.yaml")
        assert place(first, "status", "replicas") == (2, 1)
        assert place(first, "spec", "containers", 7, "image") == (5, 3)
        assert place(first, "spec", "containers", "web") == (5, 3)
        assert place(first, "spec", "containers", -1) == (5, 3)
        assert place(first, "apiVersion", 0) == (2, 1)

    def test_they_outlive_changes_of_the_value(self):
        [first, _], _ = load(self.TEXT, "app.yaml")
        del first.value["apiVersion"], first.value["metadata"]
        assert place(first, "spec", "containers", 0, "name") == (6, 5)

    def test_json_has_them_as_well(self):
        text = '\n{\n\t"a": [1, {"b\\u0020c": [ ]},\n  {}],\n "d" : {"a": "x\\"y" , "e": {"f": null}}\n}\n[true]\n'
        first, second = load(text, "app.json")[0]
        assert first.value == {"a": [1, {"b c": []}, {}], "d": {"a": 'x"y', "e": {"f": None}}}
        assert second.value == [True]
        assert place(first) == (2, 1)
        assert place(first, "a") == (3, 2)
        assert place(first, "a", 1) == (3, 11)
        assert place(first, "a", 1, "b c") == (3, 12)
        assert place(first, "a", 2) == (4, 3)
        assert place(first, "d", "e", "f") == (5, 29)
        assert place(first, "d", "e", "f", "g") == (5, 29)
        assert place(first, "d", 0) == (5, 2)
        assert place(second, 0) == (7, 2)

    def test_long_documents_are_located_fast_enough_to_ask_for_every_leaf(self):
        text = dump_json({"items": [{"name": f"n{number}", "spec": {"replicas": number}} for number in range(2000)]})
        [source], _ = load(text, "app.json")
        assert place(source, "items", 1999, "spec", "replicas") == (2000 * 6 - 1 + 1, 9)
        assert all(place(source, "items", number, "spec")[0] == 6 * number + 5 for number in range(2000))


class TestDocuments:
    @pytest.mark.parametrize("text, values", [
        ("---\n---\na: 1\n---\n# nothing\n---\nb: 2\n...\n", [{"a": 1}, {"b": 2}]),
        ("a: 1\n--- {b: 2}\n--- [3]\n", [{"a": 1}, {"b": 2}, [3]]),
        ("%YAML 1.2\n---\na: 1\n", [{"a": 1}]),
        ("just text", ["just text"]), ("5", [5]), ("{}", [{}]), ("[]", [[]]), ("null\n---\na: 1", [{"a": 1}]),
        ('{"a": 1}', [{"a": 1}]), ('\ufeff {"a": 1}', [{"a": 1}]), ('{"a": 1}\n{"b": 2}\n', [{"a": 1}, {"b": 2}]),
        ('{"a": 1}\n---\n[2]\n---\n', [{"a": 1}, [2]]), ("{a: 1}", [{"a": 1}]), ("[a, b]", [["a", "b"]]),
        ('{"a": 1, # a comment\n "b": 2,}', [{"a": 1, "b": 2}]), ('{\n\t"a": 1,\n}', [{"a": 1}]),
        ('{"a": "\\ud83d\\ude00", "b": 1.50, "c": 123456789012345678901234567890}',
         [{"a": "\U0001f600", "b": 1.5, "c": 123456789012345678901234567890}]),
        (b"a: \xc3\xa9", [{"a": "é"}]), (b"\xef\xbb\xbfa: 1", [{"a": 1}]),
        (b"\xff\xfea\x00:\x00 \x001\x00", [{"a": 1}]),
        (b"\xfe\xff\x00a\x00:\x00 \x001", [{"a": 1}]), ("a: 1\n---\n\ufeffb: 2\n", [{"a": 1}, {"b": 2}]),
        ("a: |\n  b\n  c", [{"a": "b\nc\n"}]), ("a: 1\rb: 2\r", [{"a": 1, "b": 2}]),
        ("a: &x [1]\nb: *x\n? &k c\n: *k\n", [{"a": [1], "b": [1], "c": "c"}]),
        ("a: &x b\n*x : c", [{"a": "b", "b": "c"}]),
    ])
    def test_are_read_one_by_one(self, text, values):
        sources, findings = load(text, "app.yaml")
        assert [source.value for source in sources] == values and findings == []
        assert {source.file for source in sources} == {"app.yaml"}

    @pytest.mark.parametrize("text", [
        "", " \n\n", b"", "\ufeff", "# only\n# comments", "---\n---\n", "null", "~\n", "--- # a\n",
    ])
    def test_an_empty_file_is_an_error(self, text):
        assert problem(text)[2].startswith("the file is empty")
