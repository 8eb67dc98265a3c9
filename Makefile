# Two commands for a start: `make run` and `make test`. `make help` lists all.
# Needs Python 3.11 or newer. uv and Node are used when they are there and otherwise not missed.

PORT ?= 5000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .make
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help

.PHONY: help
help: ## Diese Liste
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: run
run: $(STAMPS)/environment $(STAMPS)/assets ## Website auf diesem Rechner starten (PORT=5000)
	@BLAUPAUSE_ENVIRONMENT=development $(BIN)/blaupause dev --port $(PORT)

.PHONY: test
test: check unit ## Alles, was CI prüft: Stil, Typen, Importrichtung, Tests

.PHONY: check
check: lint types imports content-check ## Stil, Typen, Importrichtung und Inhalte prüfen

.PHONY: lint
lint: $(STAMPS)/environment
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

.PHONY: types
types: $(STAMPS)/environment
	@$(BIN)/mypy

.PHONY: imports
imports: $(STAMPS)/environment
	@$(BIN)/lint-imports

.PHONY: unit
unit: $(STAMPS)/environment $(STAMPS)/assets $(STAMPS)/test-tools ## Nur die Tests (ARGS="tests/search -k facets")
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest $(if $(ARGS),$(ARGS),-n 3 --dist loadfile --no-loadscope-reorder)

# Tests marked ``postgres`` (migrations, the search contract and others) run with every ``make unit``; this runs all others there, too.
.PHONY: unit-postgres
unit-postgres: ## Alle Tests außer denen im Browser auf PostgreSQL statt SQLite
	@BLAUPAUSE_TEST_BACKEND=postgres $(MAKE) unit ARGS="tests --ignore tests/browser -n 3 --dist loadfile --no-loadscope-reorder"

.PHONY: format
format: $(STAMPS)/environment ## Quelltext in Form bringen
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

.PHONY: content-check
content-check: $(STAMPS)/environment $(STAMPS)/assets ## Inhalte prüfen: Form, Verweise, Wortwahl, Rechtschreibung (ARGS="--hinweise")
	@BLAUPAUSE_ENVIRONMENT=development $(BIN)/blaupause content check $(ARGS)

.PHONY: bench
bench: $(STAMPS)/environment $(STAMPS)/assets $(STAMPS)/bench-tools ## Messungen (SIZES=1k,10k; mit 100k dauert es lange)
	@$(BIN)/python -m bench.search --sizes $(or $(SIZES),1k,10k)

.PHONY: search-quality
search-quality: $(STAMPS)/environment ## Güte der Suche an beurteilten Fragen (ARGS="--verbose --engine postgres")
	@$(BIN)/python -m tools.search_quality $(ARGS)

.PHONY: docs
docs: $(STAMPS)/environment ## content/README.md und docs/settings.md aus dem Code schreiben
	@$(BIN)/python -m tools.write_docs

.PHONY: translations
translations: $(STAMPS)/environment ## Englischen Katalog nachführen und zeigen, was noch zu übersetzen ist
	@$(BIN)/python -m tools.translations

.PHONY: lock
lock: ## uv.lock und requirements neu schreiben (braucht uv)
	uv lock
	uv export -q --frozen --no-dev --no-emit-project -o requirements.txt
	uv export -q --frozen --no-emit-project -o requirements-dev.txt
	uv export -q --frozen --no-emit-project --only-group bench -o requirements-bench.txt

.PHONY: screenshots
screenshots: $(STAMPS)/environment $(STAMPS)/assets $(STAMPS)/test-tools ## Bilder aller Seitenarten nach instance/screenshots (ARGS="suche wissen")
	@$(BIN)/python -m tools.screenshots $(ARGS)

.PHONY: clean
clean: ## Umgebung und Erzeugtes löschen; Daten in instance/ bleiben
	rm -rf $(VENV) $(STAMPS) node_modules static/vendor .mypy_cache .ruff_cache .pytest_cache

# A stamp is written last, so an interrupted step runs again.
$(STAMPS)/bench-tools: $(STAMPS)/environment requirements-bench.txt
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-bench.txt; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt; fi
	@touch $@

$(STAMPS)/environment: pyproject.toml uv.lock requirements-dev.txt
	@mkdir -p $(STAMPS)
	@tools/environment.sh $(VENV) $(PYTHON)
	@touch $@

$(STAMPS)/assets: package-lock.json tools/vendor_assets.py $(STAMPS)/environment
	@tools/assets.sh $(BIN)
	@touch $@

$(STAMPS)/test-tools: tools/test_tools.sh $(STAMPS)/environment
	@tools/test_tools.sh
	@touch $@
