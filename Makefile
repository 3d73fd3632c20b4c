# Everything that is done with Wayout from a shell: `make run`, `make test`, `make check`, `make setup`.
# Nothing else has to be installed first than Python 3.11+, git and make.

PYTHON ?= python3
PORT ?= 8000
# More arguments for both runs of pytest: make test ARGS="-k timeline"
ARGS ?=

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
PO_FILES := $(wildcard guides/locale/*/LC_MESSAGES/*.po)

.PHONY: help setup run test gallery icons check bench messages python-new-enough port-free chromium
.NOTPARALLEL:

help:
	@echo "make run      serve Wayout on http://127.0.0.1:$(PORT) (another port: make run PORT=8001)"
	@echo "make test     all tests, on SQLite and on PostgreSQL"
	@echo "make gallery  a picture of every page in every language and look, in var/gallery/"
	@echo "make check    linters, types, import contract, migrations, deployment settings, known weaknesses"
	@echo "make bench    how fast pages, the search and reminders are, with 5,000 people; 200,000 awkward"
	@echo "              inputs (about an hour and a half)"
	@echo "make setup    only install what developing needs"

# --- Installing -----------------------------------------------------------------------------------

setup: .venv/installed-dev messages

define PYTHON_IS_NEW_ENOUGH
import sys
if sys.version_info < (3, 11):
    sys.exit(f"Wayout needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
             "Name another one: make PYTHON=python3.12 ...")
endef
export PYTHON_IS_NEW_ENOUGH

python-new-enough:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Wayout needs Python 3.11 or newer: make PYTHON=..."; exit 1; }
	@$(PYTHON) -c "$$PYTHON_IS_NEW_ENOUGH"

# On Debian, venv without the package python3-venv leaves half a folder behind.
$(BIN)/python: | python-new-enough
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

# The stamps hold what was installed last, so a fresh checkout of the same files installs nothing.
.venv/installed: requirements.txt | $(BIN)/python
	@cmp -s $< $@ || { echo "Installing $<"; $(PIP) install -r $<; }
	@cp $< $@

.venv/installed-dev: requirements-dev.txt requirements.txt | $(BIN)/python
	@cat $^ | cmp -s - $@ || { echo "Installing $<"; $(PIP) install -r $<; }
	@cp requirements.txt .venv/installed
	@cat $^ >$@

# In Python, so that nobody needs gettext. A catalogue marked fuzzy as a whole would be left out.
messages: $(PO_FILES:.po=.mo)

%.mo: %.po
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
	@test -f $@ || { echo "$< is marked fuzzy as a whole, so it was not compiled"; exit 1; }

# --- Running --------------------------------------------------------------------------------------

define PORT_IS_FREE
import errno, socket, sys
try:
    with socket.socket() as it:
        it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        it.bind(("127.0.0.1", int("$(PORT)")))
except OSError as error:
    taken = error.errno == errno.EADDRINUSE
    reason = "is taken already" if taken else f"cannot be used ({error.strerror})"
    sys.exit(f"Port $(PORT) {reason}. Choose another one, for example: make run PORT=8001")
except (ValueError, OverflowError):
    sys.exit("PORT=$(PORT) is not a port. Choose one, for example: make run PORT=8001")
endef
export PORT_IS_FREE

port-free: python-new-enough
	@$(PYTHON) -c "$$PORT_IS_FREE"

# One server process without autoreload, so that nothing is left over when it ends. A background
# job of sh does not hear Ctrl-C: the trap ends both by the ids they were started with.
run: export DEBUG := true
run: export SITE_URL := http://127.0.0.1:$(PORT)
run: export PYTHONUNBUFFERED := 1
run: port-free .venv/installed messages
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_content
	@server=; worker=; \
	trap 'trap "" INT TERM HUP; trap - EXIT; kill $$server $$worker 2>/dev/null; wait; exit $${status:-0}' INT TERM HUP EXIT; \
	$(MANAGE) runserver --noreload --skip-checks 127.0.0.1:$(PORT) & server=$$!; \
	$(MANAGE) send_reminders --loop & worker=$$!; \
	echo "Wayout is at http://127.0.0.1:$(PORT)/ and its messages at http://127.0.0.1:$(PORT)/outbox/ (Ctrl-C ends it)"; \
	while kill -0 $$server 2>/dev/null && kill -0 $$worker 2>/dev/null; do sleep 1; done; \
	status=1; kill -0 $$server 2>/dev/null && echo "The reminder worker has ended by itself." || echo "The server has ended by itself."

# --- Testing --------------------------------------------------------------------------------------

# Both runs always take place; the names of those that failed are the last thing said.
test: setup chromium
	@failed=; \
	$(BIN)/python -m pytest $(ARGS) || failed="$$failed SQLite"; \
	$(BIN)/python -m tests.postgres -m "not browser" $(ARGS) || failed="$$failed PostgreSQL"; \
	test -z "$$failed" || { echo "Tests failed on:$$failed"; exit 1; }

# A system Chromium if there is one, else playwright's own, else Debian's package.
chromium: .venv/installed-dev
	@$(BIN)/python -m tests.chromium >/dev/null 2>&1 \
	|| $(BIN)/playwright install chromium \
	|| { test "$$(id -u)" = 0 && apt-get update --quiet && apt-get install --quiet --yes chromium; } \
	|| { echo "The browser tests need Chromium, and it could not be installed here."; exit 1; }

# A picture of every page and state, to be looked at. Those of some only: make gallery ONLY=sign-in
gallery: export ONLY := $(ONLY)
gallery: setup chromium
	@$(BIN)/python -m pytest tests/gallery.py
	@echo "See var/gallery/index.html"

# The pictures that other programs show for Wayout; what they draw is committed.
icons: setup chromium
	@$(BIN)/python -m tests.icons

# --- Checking -------------------------------------------------------------------------------------

# The variables of a real installation, as .env.example explains them; `check --deploy` accepts no warning.
DEPLOYED := DEBUG=false SITE_URL=https://wayout.example ALLOWED_HOSTS=wayout.example \
	SECRET_KEY=made-up-for-this-check-qJ4vW8zT1xN6bR3kY7mP0sD5fG2hL9cA EMAIL_URL=smtp://127.0.0.1:25

check: export DEBUG := true
check: setup
	@failed=; try() { echo "$$*" | sed 's|$(BIN)/||'; "$$@" || failed="$$failed\n  $$*"; }; \
	try $(BIN)/ruff check .; \
	try $(BIN)/ruff format --check .; \
	try $(BIN)/mypy; \
	try $(BIN)/lint-imports; \
	try $(MANAGE) makemigrations --check --dry-run; \
	try env $(DEPLOYED) $(MANAGE) check --deploy --fail-level WARNING; \
	try $(BIN)/djlint templates --lint --quiet; \
	try $(BIN)/python -m tests.dependencies --audit; \
	test -z "$$failed" || { printf "Failed:$$failed\n"; exit 1; }

# --- Measuring ------------------------------------------------------------------------------------

# Ends with an error if a target is missed. The figures are in docs/OPERATIONS.md.
bench: setup chromium
	@failed=; \
	$(BIN)/python -m bench.search || failed="$$failed search"; \
	$(BIN)/python -m bench.reminders || failed="$$failed reminders"; \
	$(BIN)/python -m bench.storm || failed="$$failed storm"; \
	$(BIN)/python -m bench.fuzz || failed="$$failed fuzz"; \
	$(BIN)/python -m bench.web || failed="$$failed web"; \
	$(BIN)/python -m bench.lighthouse || failed="$$failed lighthouse"; \
	test -z "$$failed" || { echo "Missed:$$failed"; exit 1; }
