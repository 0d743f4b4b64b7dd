# One place for the commands: `make demo` and `make test` are all that a newcomer needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SHARED ?= ../shared

SECONDS ?= 120

.PHONY: demo test check fuzz mutate mutants touched lowest newest oracle corpus docs tables schemas bench bounds clean

$(BIN)/k8s-ecs: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/tested: pyproject.toml tests/tools.py $(BIN)/k8s-ecs
	$(BIN)/pip install -q --disable-pip-version-check -e ".[test]"
	$(BIN)/python tests/tools.py
	@touch $@

demo: $(BIN)/k8s-ecs
	$(BIN)/k8s-ecs convert fixtures/example/web.yaml --fail-on never

test: $(VENV)/tested
	$(BIN)/python -m pytest -n 2

docs: $(BIN)/k8s-ecs
	$(BIN)/python docs/generate.py

tables: $(BIN)/k8s-ecs
	$(BIN)/python -m translator.compile

schemas: $(VENV)/tested
	$(BIN)/python tests/build_schemas.py

bench: $(VENV)/tested
	$(BIN)/python benchmarks/run.py --write $(BENCH)

bounds: $(VENV)/tested
	$(BIN)/python benchmarks/bounds.py --write $(BENCH)

oracle: $(VENV)/tested
	@if [ -d $(SHARED)/oracle ]; then PYTHONPATH=tests $(BIN)/python $(SHARED)/oracle/coverage.py oracle_adapter:answer $(ORACLE); \
	else echo "oracle: $(SHARED)/oracle is not here: nothing to count"; fi

corpus: $(VENV)/tested
	@$(BIN)/python tests/run_corpus.py $(SHARED)/corpus/k8s $(SHARED)/corpus/ecs-api $(SHARED)/corpus/pairs

# Coverage-guided fuzzing of every reader, SECONDS for each (docs/fuzzing.md); atheris has wheels for Linux and some versions of Python.
fuzz: $(VENV)/tested
	@$(BIN)/pip install -q --disable-pip-version-check atheris || echo "fuzz: atheris has no wheel here; the seeds alone are tried"
	@if $(BIN)/python -c "import atheris" 2>/dev/null; then nice $(BIN)/python tests/fuzz/guided.py all --seconds $(SECONDS); else $(BIN)/python tests/fuzz/guided.py --replay; fi
	nice $(BIN)/python tests/fuzz/run.py --seconds $(SECONDS)

# Mutants of the tables and of the code (docs/mutation.md); both ask which tests touch what.
touched: $(VENV)/tested
	@test -f build/touched.json || nice $(BIN)/python tests/mutation/record.py

mutate: touched
	nice -n 19 $(BIN)/python tests/mutation/tables.py $(TABLES)

mutants: touched
	nice -n 19 $(BIN)/python tests/mutation/code.py --sample 400

# The tests that need no newer library of AWS, with the oldest and the newest dependencies that the project says it takes.
lowest newest: $(VENV)/tested
	$(PYTHON) -m venv build/$@
	$(BIN)/python tests/bounds.py > build/lowest.txt
	build/$@/bin/pip install -q --disable-pip-version-check --upgrade $(if $(filter lowest,$@),-c build/lowest.txt) pyyaml click deepdiff boto3 kubernetes \
		pytest hypothesis jsonschema jsonschema-rs
	build/$@/bin/python -m pytest tests/test_rows.py tests/test_fixtures.py tests/test_said.py tests/test_laws.py tests/test_text.py tests/test_cli.py

clean:
	rm -rf $(VENV) build dist *.egg-info
