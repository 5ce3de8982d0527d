.DEFAULT_GOAL := help
GO ?= go
FUZZTIME ?= 20s

.PHONY: help
help: ## Show this help.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

.PHONY: demo
demo: ## Show what Joinery does: a server, two simulated identity providers.
	$(GO) run ./cmd/joinery demo

.PHONY: build
build: ## Build bin/joinery.
	$(GO) build -trimpath -o bin/joinery ./cmd/joinery

.PHONY: setup
setup: ## Install what the tests need and what is missing (PostgreSQL).
	@scripts/setup

.PHONY: test
test: setup ## Run all checks and tests; say what was skipped. CI=true: a skip is a failure.
	@scripts/check
	@$(GO) run ./scripts/gotest

.PHONY: race
race: setup ## Run all tests with the race detector.
	@$(GO) run ./scripts/gotest -race

.PHONY: lint
lint: ## Run golangci-lint, where it is installed.
	@command -v golangci-lint >/dev/null || { echo "golangci-lint is not installed: see https://golangci-lint.run/docs/welcome/install/" >&2; exit 1; }
	golangci-lint run

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME (20s).
	@scripts/fuzz $(FUZZTIME)

.PHONY: bench
bench: ## Measure requests a second, latency and memory on both databases.
	$(GO) run ./test/load

.PHONY: docs
docs: ## Make the generated documents again.
	@scripts/docs
