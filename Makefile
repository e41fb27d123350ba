# Every target first brings .venv up to date (tools/venv.py). ARGS adds options: make test ARGS="-k deposit"
PYTHON ?= python3
RUN = $(PYTHON) tools/venv.py

.DEFAULT_GOAL := help
.PHONY: help dashboard lab test explore lint pictures bench lock release

help: ## 列出这些命令 / list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

dashboard: ## 在浏览器中打开仪表板 / open the dashboards in a browser
	$(RUN) simlib dashboard $(ARGS)

# JupyterLab by itself asks the internet for news and updates; on an intranet nothing leaves the machine.
lab: ## 在 JupyterLab 中打开笔记本 / open the notebooks in JupyterLab
	$(RUN) jupyter lab --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate --LabApp.news_url=None $(ARGS) notebooks/

# Two tests at a time, a file in one process from top to bottom, in the order of pyproject.toml; ARGS="-n 0" takes one at a time.
test: ## 运行全部测试 / run all tests
	$(RUN) pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

# make test tries the same examples on every run; this tries ten times as many and others each time.
explore: ## 用新的随机例子检验性质 / test the properties on new random examples
	$(RUN) pytest -n 2 --hypothesis-profile=explore -m hypothesis tests $(ARGS)

lint: ## 检查代码、类型、脚本、样式与格式 / check code, types, scripts, style sheets and format
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) oxlint simlib
	$(RUN) oxfmt --check "simlib/**/*.js"
	$(RUN) python tools/css.py

pictures: ## 为文档拍摄各页面的图片 / take the pictures of every page for docs/
	$(RUN) python tools/pictures.py $(ARGS)

bench: ## 运行性能基准 / run the benchmarks
	$(RUN) python -m benchmarks $(ARGS)

# --upgrade in ARGS takes the newest versions; without it only what pyproject.toml asks for changes.
lock: ## 按 pyproject.toml 更新 requirements.lock / renew requirements.lock from pyproject.toml
	@set -e; uv=$$(command -v uv) || { dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
		$(PYTHON) -m venv "$$dir"; "$$dir/bin/pip" install --quiet uv; uv=$$dir/bin/uv; }; \
	UV_CUSTOM_COMPILE_COMMAND='make lock' "$$uv" pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url $(ARGS) --extra dev pyproject.toml -o requirements.lock

# Both archives are the same, byte for byte, wherever and whenever they are built from the same files.
release: ## 构建安装包到 dist/ / build the wheel and the source archive into dist/
	$(RUN) python -m hatchling build -d dist -t sdist -t wheel $(ARGS)
