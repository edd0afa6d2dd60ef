# grid.mk - the runs of a search by make, which knows what is done.
# usage: make -j 2 -f grid.mk RUNS=DIR, DIR/ID.conf being of dl-grid --config-dir

HERE := $(dir $(lastword $(MAKEFILE_LIST)))

all: $(patsubst %.conf,%.csv,$(wildcard $(RUNS)/*.conf))

%.csv: %.conf
	@sh $(HERE)one.sh $(basename $(notdir $@)) --config $<
