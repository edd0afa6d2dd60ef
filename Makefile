# dltools - deep learning on tables.  `make help` lists the targets.
#
#	make DEV=1			warnings are errors
#	make SANITIZE=address,undefined	an instrumented build, beside the other
#	make CC=clang OBJ=obj/clang	another compiler, likewise

VERSION = 0.1.0
PREFIX ?= /usr/local
CC ?= cc
PYTHON ?= /usr/bin/python3
OBJ ?= obj
BIN ?= bin
comma := ,

WARN = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wundef
CFLAGS ?= -O3 -g
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 \
	-fno-math-errno -ffp-contract=off -fvisibility=hidden -pthread \
	$(WARN) $(CFLAGS)
LDLIBS = -lz -lzstd -lxxhash -ljansson -lm -ldl
# libarchive is loaded when a packed file is opened; ARCHIVE=link links it.
ifeq ($(ARCHIVE),link)
ALL_CFLAGS += -DARCHIVE_LINKED
LDLIBS += -larchive
endif
ifdef DEV
ALL_CFLAGS += -Werror
endif
ifdef SANITIZE
OBJ := obj/$(subst $(comma),-,$(SANITIZE))
BIN := $(OBJ)/bin
CFLAGS := -O1 -g
ALL_CFLAGS += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
LDFLAGS += -fsanitize=$(SANITIZE)
# Inlined checks of every vector access would take minutes to compile.
ifneq ($(findstring address,$(SANITIZE)),)
ifeq ($(findstring clang,$(CC)),)
KERN_FLAGS = --param asan-instrumentation-with-call-threshold=0 \
	-fno-sanitize=pointer-overflow,alignment,null,object-size
endif
endif
endif

LAYERS = base conf kern nn data model plot
LIB_SRC = $(filter-out %_body.c,$(wildcard $(LAYERS:%=lib/%/*.c)))
LIB_OBJ = $(LIB_SRC:%.c=$(OBJ)/%.o) $(KERN_OBJ)
TOOLS = $(basename $(notdir $(wildcard cmd/dl-*.c)))
CMD_SRC = $(filter-out cmd/dl-%,$(wildcard cmd/*.c))
CMD_OBJ = $(CMD_SRC:%.c=$(OBJ)/%.o)
UNIT = $(patsubst %.c,$(OBJ)/%,$(wildcard tests/unit/*_test.c))
HEADERS = $(wildcard lib/include/dltools/*.h)
BENCH_BIN = $(patsubst %.c,$(OBJ)/%,$(wildcard tests/bench/*_bench.c))
MAN = $(wildcard man/*.[1-9])

all: $(TOOLS:%=$(BIN)/%) ## build every program into bin/

# One kernel source, several builds: lib/kern/X_body.c becomes one object for
# each instruction set, and lib/kern/ chooses between them when a program runs.
MACHINE := $(shell $(CC) -dumpmachine)
KERN_BODY = $(wildcard lib/kern/*_body.c)
ifneq ($(filter x86_64%,$(MACHINE)),)
ISAS = avx512bf16 avx512 avx2 plain
else ifneq ($(filter aarch64% arm64%,$(MACHINE)),)
ISAS = neon plain
else
ISAS = plain
endif
ISA_avx512 = -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma
ISA_avx512bf16 = $(ISA_avx512) -mavx512bf16
ISA_avx2 = -mavx2 -mfma -mf16c
KERN_OBJ = $(foreach i,$(ISAS),$(KERN_BODY:%_body.c=$(OBJ)/%_$(i).o))

define kern_rule
$(OBJ)/lib/kern/%_$(1).o: lib/kern/%_body.c
	@mkdir -p $$(@D)
	$(CC) $(ALL_CFLAGS) $$(KERN_FLAGS) $(ISA_$(1)) \
		-DKERN_ISA=$(1) \
		-Ilib/include -Ilib -MMD -MP -c -o $$@ $$<
endef
$(foreach i,$(ISAS),$(eval $(call kern_rule,$(i))))

$(BIN)/dl-%: $(OBJ)/cmd/dl-%.o $(CMD_OBJ) $(OBJ)/libdltools.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OBJ)/libdltools.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

# The programs see the public headers only.
$(OBJ)/cmd/%.o: cmd/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -DDLTOOLS_VERSION='"$(VERSION)"' \
		-DDLTOOLS_FLAGS='"$(CC) $(CFLAGS)"' \
		-Ilib/include -MMD -MP -c -o $@ $<

$(OBJ)/lib/%.o: lib/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -DDLTOOLS_VERSION='"$(VERSION)"' \
		-Ilib/include -Ilib -MMD -MP -c -o $@ $<

$(OBJ)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Ilib/include -Ilib -MMD -MP -c -o $@ $<

$(UNIT) $(BENCH_BIN): %: %.o $(OBJ)/libdltools.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ \
		$(if $(filter %_test,$@),-lcmocka) $(LDLIBS)

programs: all $(UNIT)

unit: $(UNIT) ## run the C tests
	@sh tests/run.sh -o $(OBJ) unit

cli: all ## run the tests of the command line
	@sh tests/run.sh -b $(BIN) cli

lint: all ## run the checks of the source text
	@CC="$(CC)" sh tests/run.sh -o $(OBJ) -b $(BIN) lint

# Every suite; the last line adds them up.  SUITES="unit lint" chooses.
SUITES = lint unit man cli asan tsan clang
check: programs ## run all tests and checks, sanitizer builds included
	@CC="$(CC)" MAKE="$(MAKE)" PYTHON="$(PYTHON)" \
		sh tests/run.sh -o $(OBJ) -b $(BIN) $(SUITES)

bench: all $(BENCH_BIN) ## speeds beside the machine's limits and H2O's figures
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh tests/bench/run.sh

# PYTHON=/path/to/python names an interpreter that has the packages.
bench-peers: all $(BENCH_BIN) ## the same work on PyTorch, scikit-learn and H2O
	@PATH="$(CURDIR)/$(BIN):$$PATH" PYTHON="$(PYTHON)" \
		sh tests/bench/peers.sh

arm64: ## build for arm64 and run the kernels' tests there, by qemu
	@sh tests/arm64.sh

demo: all ## import, train, score: MNIST from CSV to confusion matrix
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/mnist/demo.sh

# Parameter studies: rows that are there are not run again; -j does no harm but
# to the timings.  EPOCHS, REPEAT, OUT...: examples/lib.sh.
STUDIES = $(notdir $(wildcard examples/studies/[a-z]*_*))
studies: $(STUDIES:%=study-%) ## run the tuning guide's studies, make the report
	@sh examples/studies/report.sh

study-%: all
	@sh examples/studies/$*/run.sh

DEST = $(DESTDIR)$(PREFIX)
COMPLETION = $(DEST)/share/bash-completion/completions
install: all ## install below DESTDIR and PREFIX (/usr/local)
	install -d $(DEST)/bin $(DEST)/lib $(DEST)/include/dltools \
		$(DEST)/share/man $(COMPLETION)
	install $(TOOLS:%=$(BIN)/%) $(DEST)/bin
	install -m 644 $(OBJ)/libdltools.a $(DEST)/lib
	install -m 644 $(HEADERS) $(DEST)/include/dltools
	@for m in $(MAN); do d=$(DEST)/share/man/man$${m##*.}; \
		install -d $$d && install -m 644 $$m $$d || exit 1; done
	sed 's,\.\./\.\./conf/,,' lib/include/dltools/params.h \
		>$(DEST)/include/dltools/params.h
	install -m 644 lib/conf/params.def $(DEST)/include/dltools
	@for t in $(TOOLS); do \
		install -m 644 share/completion/bash $(COMPLETION)/$$t || \
		exit 1; done

uninstall: ## remove what install put there
	rm -f $(TOOLS:%=$(DEST)/bin/%) $(TOOLS:%=$(COMPLETION)/%) \
		$(DEST)/lib/libdltools.a
	rm -rf $(DEST)/include/dltools
	@for m in $(notdir $(MAN)); do \
		rm -f $(DEST)/share/man/man$${m##*.}/$$m; done

dist: ## make dltools-VERSION.tar.gz of the last commit
	git archive --format=tar --prefix=dltools-$(VERSION)/ HEAD | \
		gzip -9n >dltools-$(VERSION).tar.gz

clean: ## remove what was built
	rm -rf obj bin

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1	/p' Makefile

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)

.PHONY: all programs unit cli lint check bench demo studies install uninstall
.PHONY: dist clean help bench-peers arm64
.SECONDARY:
