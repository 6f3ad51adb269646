# The menu. `make` prints it; each entry is a target with its `##` words, 中文 · English.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# SwiftPM writes a package's traits in the order of a hash table; without this a build may redo half of them.
export SWIFT_DETERMINISTIC_HASHING := 1

# What `make journey` plays, for example WEEKS=4 STORES=20 SEED=7 OUTAGE=hard KILLS=3
journey_options = $(if $(WEEKS),--weeks $(WEEKS)) $(if $(STORES),--stores $(STORES)) \
  $(if $(SEED),--seed $(SEED)) $(if $(OUTAGE),--outage $(OUTAGE)) $(if $(KILLS),--kills $(KILLS))
# Where deploy/journey/fetch puts the year.
journey_data = $${PATRON_CACHE:-$${XDG_CACHE_HOME:-$$HOME/.cache}/patron}/journey
sources = Package.swift Sources Tests agent server protocol
release = swift build -c release --scratch-path .build-release
# Optimised: the laws are tried on hundreds of thousands of random cases.
core_options = -c release -Xswiftc -enable-testing --scratch-path .build-core
build_core = PATRON_CORE=1 swift build $(core_options) --build-tests
test_core = PATRON_CORE=1 swift test $(core_options) --skip-build --disable-xctest

.PHONY: help
help: ## 显示本菜单 · print this menu
	@printf '用法 usage: make TARGET\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: bootstrap
bootstrap: ## 安装缺少的软件包 · install what this machine lacks
	@deploy/bootstrap

.PHONY: build
build: bootstrap ## 编译全部程序（调试版）· build every program, for debugging
	swift build

.PHONY: demo
demo: bootstrap ## 一个总部、三家门店的一天（EXIT=1 演完即退出）· a hub and three stores for a day (EXIT=1 leaves at the end)
	swift build --product patron-hub
	swift build --product patron-agent
	swift build --product patron-demo
	.build/debug/patron-demo $(if $(filter 1,$(EXIT)),--exit)

.PHONY: test
test: core ## 全部测试，先核心后全部 · every test, the pure core first
	swift build --build-tests
	swift test --skip-build --disable-xctest --skip '^(SyncProtocolTests|LoyaltyTests|CoreTests|Tidy)\.'

.PHONY: core
core: bootstrap ## 只编译和测试纯逻辑与房规，最快 · the pure targets and the house rules alone, fastest
	$(build_core)
	$(test_core)

.PHONY: journey
journey: ## 重放真实连锁的一年并三方对账（WEEKS STORES SEED OUTAGE KILLS）· replay a real chain's year and reconcile it
	@deploy/bootstrap --journey
	deploy/journey/fetch
	$(release) --product patron-hub
	$(release) --product patron-journey
	.build-release/release/patron-journey run --data "$(journey_data)" $(journey_options)

.PHONY: bench
bench: bootstrap ## 测量算价、记账与落盘的速度 · measure quotes, postings and durable sales
	$(release) --product patron-hub
	$(release) --product patron-bench
	.build-release/release/patron-bench

.PHONY: lint
lint: bootstrap ## 检查格式与房规 · check format and house rules
	swift format lint --strict --recursive $(sources)
	$(build_core)
	$(test_core) --filter Tidy

.PHONY: format
format: bootstrap ## 按统一格式改写源码 · rewrite the sources in the one format
	swift format --in-place --recursive $(sources)

.PHONY: clean
clean: ## 删除编译结果 · remove what was built
	rm -rf .build .build-core .build-release
