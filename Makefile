# The two that matter: `make audit` judges this host, `make test` runs all tests.
# Standard output is the result alone; all talk goes to standard error.

BINARY := .build/release/dockward
SUITE ?= trixie
ARGS ?=
PREFIX ?= /usr/local
DESTDIR ?=

.DEFAULT_GOAL := help
.PHONY: audit build install uninstall test test-vm lint format docs bench bench-service clean help

audit: build ## build dockward and judge this host with it; options of dockward in ARGS="..."
	@$(BINARY) $(ARGS)

build: ## build the release binary, .build/release/dockward
	@.ci/build

install: ## install what was built, with the units; PREFIX=/usr/local, DESTDIR=
	@BINARY='$(BINARY)' PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' .ci/install install

uninstall: ## remove what install has installed; configuration and store stay
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' .ci/install uninstall

test: ## run all tests, those in test machines too where they can run
	@.ci/test

test-vm: ## run the tests that take a kernel of their own, in virtual machines
	@.ci/test-vm

lint: ## check the format of the Swift sources, and the shell scripts
	@.ci/lint

format: ## put the Swift sources into their format
	@.ci/require toolchain
	@swift format --in-place --recursive --parallel Sources Tests Package.swift

docs: ## make docs/checks anew from the catalog
	@.ci/docs

bench: build ## time an audit of 50 containers in a test machine, SUITE=bookworm or trixie
	@.ci/require machine
	@Tests/Machine/bench $(BINARY) $(SUITE)

bench-service: build ## time the service from a hundred deeds of each kind to the journal
	@.ci/require machine
	@DOCKWARD_BINARY=$(CURDIR)/$(BINARY) DOCKWARD_DEEDS=100 swift test --filter PromptnessTests

clean: ## remove what was built
	rm -rf .build

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
