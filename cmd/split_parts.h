/* split_parts.h - what dl-split is to divide a frame into. */
#ifndef CMD_SPLIT_PARTS_H
#define CMD_SPLIT_PARTS_H

#include <stddef.h>

#include <dltools/err.h>
#include <dltools/split.h>

/* Zeroed means empty. */
struct parts {
	double share[SPLIT_MAX];
	char *path[SPLIT_MAX];
	size_t shares, paths;
};

/* "a.dlf,b.dlf": files, to be added before parts_settle. */
int parts_add_paths(struct parts *p, const char *list,
		    struct err *e) MUST_USE;
/*
 * "0.8,0.1,0.1", whole numbers "8,1,1", or all shares but the last.  prefix, if
 * not NULL, names the files PREFIX-1.dlf...  As many files as shares, or
 * ERR_USAGE.
 */
int parts_settle(struct parts *p, const char *shares, const char *prefix,
		 struct err *e) MUST_USE;
void parts_release(struct parts *p);

#endif
