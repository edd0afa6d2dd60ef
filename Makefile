# dltools - see README.md.  `make help` lists the targets.
PREFIX ?= /usr/local
CC ?= cc
OBJ ?= obj
BIN ?= bin

WARN = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wundef
CFLAGS ?= -O3 -g
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 \
	-fno-math-errno -ffp-contract=off -fvisibility=hidden -pthread \
	$(WARN) $(CFLAGS)
LDLIBS = -larchive -lz -lzstd -lxxhash -ljansson -lm
ifdef DEV
ALL_CFLAGS += -Werror
endif
ifdef SANITIZE
OBJ := $(OBJ)/$(subst $(comma),-,$(SANITIZE))
BIN := $(OBJ)/bin
ALL_CFLAGS += -fsanitize=$(SANITIZE) -fno-omit-frame-pointer
LDFLAGS += -fsanitize=$(SANITIZE)
endif
comma := ,

LAYERS = base conf kern nn data model
LIB_SRC = $(foreach l,$(LAYERS),$(filter-out %_body.c,$(wildcard lib/$(l)/*.c)))
LIB_OBJ = $(LIB_SRC:%.c=$(OBJ)/%.o) $(KERN_OBJ)
TOOLS = $(basename $(notdir $(wildcard cmd/dl-*.c)))
CMD_OBJ = $(patsubst %.c,$(OBJ)/%.o,$(filter-out cmd/dl-%,$(wildcard cmd/*.c)))
UNIT = $(basename $(notdir $(wildcard tests/unit/*_test.c)))

# One kernel source, several builds (lib/kern/README in ARCHITECTURE.md).
MACHINE := $(shell $(CC) -dumpmachine)
KERN_BODY = $(wildcard lib/kern/*_body.c)
ifneq ($(filter x86_64%,$(MACHINE)),)
ISAS = avx512bf16 avx512 avx2 plain
else ifneq ($(filter aarch64%,$(MACHINE)),)
ISAS = neon plain
else
ISAS = plain
endif
ISA_avx512bf16 = -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512bf16 -mfma
ISA_avx512 = -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma
ISA_avx2 = -mavx2 -mfma -mf16c
KERN_OBJ = $(foreach i,$(ISAS),$(KERN_BODY:%_body.c=$(OBJ)/%_$(i).o))

all: $(TOOLS:%=$(BIN)/%) ## build every program into bin/

$(BIN)/dl-%: $(OBJ)/cmd/dl-%.o $(CMD_OBJ) $(OBJ)/libdltools.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OBJ)/libdltools.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(OBJ)/cmd/%.o: cmd/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Ilib/include -MMD -MP -c -o $@ $<

$(OBJ)/lib/%.o: lib/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Ilib/include -Ilib -MMD -MP -c -o $@ $<

define kern_rule
$(OBJ)/lib/kern/%_$(1).o: lib/kern/%_body.c
	@mkdir -p $$(@D)
	$(CC) $(ALL_CFLAGS) -ffp-contract=off $(ISA_$(1)) -DKERN_ISA=$(1) \
		-Ilib/include -Ilib -MMD -MP -c -o $$@ $$<
endef
$(foreach i,$(ISAS),$(eval $(call kern_rule,$(i))))

$(OBJ)/tests/%: tests/unit/%.c $(OBJ)/libdltools.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Ilib/include -Ilib -Itests/unit -MMD -MP $(LDFLAGS) \
		-o $@ $< $(OBJ)/libdltools.a -lcmocka $(LDLIBS)

unit: $(UNIT:%=$(OBJ)/tests/%) ## build and run the C tests
	@for t in $^; do $$t || exit 1; done

check: all unit ## run the tests
	PATH="$(CURDIR)/$(BIN):$$PATH" bats tests/cli

clean: ## remove what was built
	rm -rf obj bin

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST)

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)

.PHONY: all unit check clean help
