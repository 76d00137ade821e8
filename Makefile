# Two commands: make demo, make test. Every verb is also `ppgd <verbe>`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PPGD = .venv/bin/ppgd
PRET = .venv/.pret

.DEFAULT_GOAL := aide
.PHONY: aide demo construire depots test endurance reel bench-porte bench-cotation qualite ui verrou

$(PRET): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(PPGD) preparer
	touch $@

aide: $(PRET)
	@$(PPGD) --help

demo: $(PRET)
	@$(PPGD) demo || test $$? -eq 1

construire depots test endurance reel bench-porte bench-cotation qualite ui verrou: $(PRET)
	@$(PPGD) $@
