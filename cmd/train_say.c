/* train_say.c - lines on standard error; see train_say.h. */
#include "train_say.h"

#include <stdio.h>
#include <string.h>

#include <dltools/train_report.h>

void
train_say_lines(const char *text)
{
	const char *line, *end;

	for (line = text; *line; line = end + 1) {
		end = strchr(line, '\n');
		fprintf(stderr, "dl-train: %.*s\n", (int)(end - line), line);
	}
}

void
train_say_adaptations(struct train *t, bool quiet)
{
	struct str s = STR_INIT;

	train_adaptations(t, &s);
	if (!quiet)
		train_say_lines(s.buf);
	str_release(&s);
}
