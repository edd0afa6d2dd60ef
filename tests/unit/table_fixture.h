/*
 * table_fixture.h - a frame from a table's text, for tests: table_frame().
 * Types: "name=enum name=text ...".
 */
#ifndef TABLE_FIXTURE_H
#define TABLE_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dltools/frame.h>
#include <dltools/import.h>

static inline void
table_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

static inline struct frame *
table_frame(const char *text, const char *types)
{
	char csv[64], dlf[64], spec[200], *word, *rest = spec, *is;
	const char *file[1] = {csv};
	struct import_type type[8];
	struct import_options o;
	struct import_report done = {0};
	struct err e = {0};
	struct frame *f;

	snprintf(csv, sizeof(csv), "/tmp/dltools-%ld.csv", (long)getpid());
	snprintf(dlf, sizeof(dlf), "/tmp/dltools-%ld.dlf", (long)getpid());
	snprintf(spec, sizeof(spec), "%s", types);
	table_write(csv, text);
	if (import_options_init(&o, &e) < 0)
		abort();
	o.file = file;
	o.files = 1;
	o.out = dlf;
	o.header = 1;
	o.dialect.delimiter = ',';
	o.type = type;
	o.threads = 1;
	while ((word = strtok_r(rest, " ", &rest))) {
		is = strchr(word, '=');
		*is++ = '\0';
		type[o.types].column = word;
		type[o.types].format = NULL;
		type[o.types++].type = !strcmp(is, "enum") ? COLUMN_ENUM
				       : !strcmp(is, "num") ? COLUMN_NUM
							    : COLUMN_TEXT;
	}
	if (import_run(&o, &done, &e) < 0) {
		fprintf(stderr, "import: %s\n", e.msg);
		abort();
	}
	o.type = NULL;
	o.types = 0;
	import_report_release(&done);
	import_options_release(&o);
	f = frame_open(dlf, &e);
	if (!f) {
		fprintf(stderr, "open: %s\n", e.msg);
		abort();
	}
	remove(csv);
	remove(dlf);
	return f;
}

#endif
