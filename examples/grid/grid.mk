# grid.mk - the runs of a search by make, which knows what is done.
# usage: ONE=path/of/one.sh make -j 2 -f grid.mk RUNS=DIR
# DIR/ID.conf being of dl-grid --config-dir, and DIR without blanks

all: $(patsubst %.conf,%.csv,$(wildcard $(RUNS)/*.conf))

%.csv: %.conf
	@sh "$$ONE" $(basename $(notdir $@)) --config $<
