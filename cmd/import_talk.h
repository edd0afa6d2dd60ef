/*
 * import_talk.h - what dl-import says on stderr: the guess of the dialect at
 * once, other notes when the import has gone well, progress on a terminal, one
 * closing line; and the file of --summary.
 */
#ifndef CMD_IMPORT_TALK_H
#define CMD_IMPORT_TALK_H

#include <stdbool.h>

#include <dltools/import.h>
#include <dltools/str.h>

struct import_talk {
	bool quiet, dry_run;
	const char *summary; /* file, or NULL */
	struct str notes;
	bool has_note, has_progress;
	double start, shown;
};

/* Sets ready, note, progress and ctx of the options. */
void import_talk_start(struct import_talk *t, struct import_options *o);
/* r NULL: the import failed.  Releases all. */
void import_talk_end(struct import_talk *t, const struct import_report *r);

#endif
