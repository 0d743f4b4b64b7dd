# One place for the commands: `make demo` and `make test` are all that a newcomer needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SHARED ?= ../shared

.PHONY: demo test check oracle corpus docs tables schemas bench clean

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
	$(BIN)/python benchmarks/run.py

oracle: $(VENV)/tested
	@if [ -d $(SHARED)/oracle ]; then PYTHONPATH=tests $(BIN)/python $(SHARED)/oracle/coverage.py oracle_adapter:answer $(ORACLE); \
	else echo "oracle: $(SHARED)/oracle is not here: nothing to count"; fi

corpus: $(VENV)/tested
	@$(BIN)/python tests/run_corpus.py $(SHARED)/corpus/k8s $(SHARED)/corpus/ecs-api $(SHARED)/corpus/pairs

clean:
	rm -rf $(VENV) build dist *.egg-info
