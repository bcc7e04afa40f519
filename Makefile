# Node 24 comes as a development dependency, so an older Node on the machine is enough to bootstrap.
NODE := node_modules/.bin/node
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test typecheck lint train eval bench bench-operator matrix replacement-rate up down clean package

help:
	@echo 'make demo    compile both examples against shipped cluster snapshots: what, why, how long'
	@echo 'make test    every test, those against a real API server included'
	@echo 'make up      a real local control plane with nodes, and the agent on it; make down ends it (VERSION=1.30.14 picks another)'
	@echo 'make lint    type check and the order of the stages'
	@echo 'make train   train the model from the playbook (Python)'
	@echo 'make eval    measure the shipped model'
	@echo 'make bench   latency; make bench-operator: the agent under load, outages and kills (half an hour)'
	@echo 'make matrix  the model on real API servers of six versions (builds them; half an hour)'
	@echo 'make replacement-rate CHARTS=DIR   how much of rendered charts arrives as intents'

# What the lock file says, exactly; again only when it changes.
node_modules/.installed: package-lock.json package.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

demo: node_modules/.installed
	@$(NODE) test/demo.ts

test: node_modules/.installed
	@$(NODE) test/run.ts

typecheck: node_modules/.installed
	@node_modules/.bin/tsc --noEmit

lint: typecheck
	@$(NODE) --test test/arrows.test.ts

train: node_modules/.installed
	@bin/kubesynth train $(TRAIN)

eval: node_modules/.installed
	@bin/kubesynth eval $(EVAL)

bench: node_modules/.installed
	@$(NODE) bench/run.ts $(BENCH)

bench-operator: node_modules/.installed
	@$(NODE) --disable-warning=ExperimentalWarning bench/operator.ts $(BENCH)

matrix: node_modules/.installed
	@$(NODE) --disable-warning=ExperimentalWarning bench/matrix.ts $(BENCH)

replacement-rate: node_modules/.installed
	@$(NODE) --disable-warning=ExperimentalWarning bench/replacement.ts $(CHARTS) $(BENCH)

# Compiled for an installation from a registry: Node strips no types below node_modules.
dist: node_modules/.installed
	@rm -rf dist && node_modules/.bin/tsc -p tsconfig.dist.json

package: dist
	@npm pack --loglevel=error

up: node_modules/.installed
	@$(NODE) test/up.ts up $(VERSION)

down: node_modules/.installed
	@$(NODE) test/up.ts down

clean:
	rm -rf dist .cache/demo
