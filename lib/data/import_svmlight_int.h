/*
 * import_svmlight_int.h - an import of svmlight text: import_svmlight.c reads
 * lines into row groups, import_svmlight_write.c turns groups into chunks and
 * in the end into a frame.  How many columns there are is known only then.
 */
#ifndef DATA_IMPORT_SVMLIGHT_INT_H
#define DATA_IMPORT_SVMLIGHT_INT_H

#include "import_int.h"
#include "svmlight_int.h"

/* A full row group: the label, and the features that are not all zero. */
struct svm_group {
	size_t rows;
	struct encoded_chunk *label; /* num */
	uint32_t *code;              /* enum: [rows], in the order of coming */
	size_t features;
	uint32_t *feature;           /* ascending, from 0 */
	struct encoded_chunk **chunk;
};

struct svm_import {
	const struct import_options *o;
	struct csv_dialect dialect;
	struct pool *pool;
	struct csv_reader *reader;
	struct csv_block block;
	struct svmlight_line line;
	size_t file;
	struct import_column label;
	size_t features;     /* so far */
	size_t most;         /* by names or schema; 0: any number */
	bool has_query;
	int64_t rows, rejected, dropped;
	uint64_t bytes;
	/* the group being filled, entries in the order of rows */
	size_t open;
	uint32_t *row, *feature;
	double *value;
	size_t entries, row_room, feature_room, value_room;
	double *number;      /* [FRAME_GROUP_ROWS] labels, or */
	uint32_t *code;
	struct svm_group *group;
	size_t groups, group_room;
};

/* The open group becomes chunks; all threads help. */
int svm_seal(struct svm_import *im, struct err *e) MUST_USE;
void svm_group_release(struct svm_group *g);
/* Name of table column i, 0 the label; s is emptied first. */
const char *svm_name(const struct svm_import *im, size_t i, struct str *s);
int svm_write(struct svm_import *im, const struct import_report *r,
	      struct err *e) MUST_USE;

#endif
