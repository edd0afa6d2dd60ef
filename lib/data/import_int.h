/*
 * import_int.h - the parts of an import.
 *
 *	import.c	   runs the workers, reports
 *	import_header.c	   opens the files in turn; dialect, names
 *	import_columns.c   which columns there are and what is asked of them
 *	import_parse.c	   a block of records to cells, column by column
 *	import_bad.c	   rows that can't be taken: messages, rejects
 *	import_merge.c	   blocks into row groups, in order; the spool
 *	import_type.c	   types and levels, when all is known
 *	import_finish.c	   row groups into the frame
 *	import_schema.c	   schemas of frames and JSON files
 *	import_options.c   options from text
 *	import_report.c	   what came of it, as JSON
 *	import_svmlight.c  lines of svmlight instead; import_svmlight_write.c
 */
#ifndef DATA_IMPORT_INT_H
#define DATA_IMPORT_INT_H

#include <pthread.h>

#include <dltools/file.h>
#include <dltools/import.h>
#include <dltools/pool.h>

#include "cells_int.h"
#include "string_set_int.h"

#define IMPORT_NO_FIELD SIZE_MAX

/* The first cell that keeps a column from being num. */
struct import_offender {
	enum cell_kind kind;
	size_t file;
	int64_t line;
	char text[64]; /* for messages, cut */
};

/*
 * What was seen of a column; blocks' facts are added in order.  There may be a
 * million columns: what few of them have hangs on a pointer.
 */
struct import_facts {
	int64_t present, numbers;
	uint32_t traits;     /* enum cell_trait of any number */
	uint32_t kind;       /* of the first cell that is none, 0: none */
	uint32_t row;        /* its row, in a block */
};

/* Part of a column in one row group, out of the way. */
struct import_piece {
	size_t group;
	struct cells_packed packed;
	uint64_t value_at, shape_at; /* in the scratch file, or ... */
	size_t value_len, shape_len;
	bool in_file;                /* ... in memory */
};

struct import_column {
	char *name;
	size_t field; /* in a record; IMPORT_NO_FIELD: all missing */
	enum column_type asked; /* 0: to be found out */
	char *format;
	char **na; /* tokens of this column */
	size_t nas, na_room;
	const struct na_set *na_set; /* the table's or own_na */
	struct na_set *own_na;
	const struct string_table *coding; /* levels of --like, or NULL */
	struct string_set known;           /* the same */
	struct import_facts facts;
	struct import_offender *offender; /* NULL: none */
	int64_t adapted; /* cells made missing by --adapt */
	struct cells open; /* of the row group being filled */
	struct import_piece *piece;
	size_t pieces, piece_room;
	/* in the end */
	enum column_type type;
	bool is_over; /* --max-levels */
	struct string_set levels;
	uint32_t *code; /* of levels.table, in order of coming: the rank */
	struct encoded_chunk *encoded;
};

enum import_fault {
	FAULT_NONE,
	FAULT_FEW_FIELDS,
	FAULT_MANY_FIELDS,
	FAULT_AFTER_QUOTE,
	FAULT_NUL,
	FAULT_UTF8,
	FAULT_NUMBER,
	FAULT_BIG,
	FAULT_RANGE,
	FAULT_TIME,
	FAULT_LEVEL, /* not in the coding of --like */
};

struct import_bad {
	uint32_t record, field;
	enum import_fault fault;
	size_t column; /* SIZE_MAX: none in particular */
};

/* One thread's. */
struct import_worker {
	struct import *im;
	struct csv_block block;
	size_t file;     /* that the block is of */
	uint32_t *first; /* of each good row: its first field */
	uint32_t *record;
	size_t rows, first_room, record_room;
	struct cells *cells; /* per column */
	struct import_facts *facts;
	int64_t *adapted;
	struct import_bad *bad; /* one per bad record, in order */
	size_t bads, bad_room;
	uint32_t *bad_at; /* per record: 1 + its place in bad[], 0: sound */
	size_t bad_at_room;
	int64_t blank, padded;
	struct chunk scratch, scratch2;
	struct cells assembled;
	struct err err;
};

struct import {
	const struct import_options *o;
	struct csv_dialect dialect;
	struct na_set na_set;
	struct import_column *column;
	size_t columns, fields; /* fields of a record */
	char **field_name;      /* after --col-names and renaming */
	struct string_set names; /* the same: numbers are fields */
	char **header_name;     /* as in the first file's header */
	bool is_one_column;     /* a blank line is a row */
	struct pool *pool;
	struct import_worker *worker;
	unsigned workers;
	/* input, under input_lock */
	pthread_mutex_t input_lock;
	struct csv_reader *reader;
	size_t file, next_file;
	bool has_rows; /* the file that is open */
	int64_t blocks;
	bool ended;
	uint64_t packed, size, header_bytes;
	/* the merge, under lock, in the order of blocks */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool has_locks;
	int64_t turn;
	bool stopped;
	struct err err;
	int64_t rows, rejected, padded, blank;
	uint64_t text_bytes;
	size_t open_rows; /* of the group being filled */
	size_t group;
	size_t new_rows;  /* in the open cells, not in pieces */
	size_t seal_next, seal_done; /* columns of the group being sealed */
	size_t encoding; /* group that import_finish() is at */
	bool sealing, streaming;
	struct outfile rejects;
	/* the spool */
	int scratch;
	uint64_t scratch_bytes, kept_bytes;
	struct frame_writer *writer;
	uint64_t open_limit, spool_limit;
};

void import_note(const struct import *im, const char *fmt, ...)
	PRINTF_LIKE(2, 3);
const char *import_file_name(const struct import *im, size_t file);

/* import_header.c; input_lock held */
int import_open_next(struct import *im, struct csv_block *b,
		     struct err *e) MUST_USE;

/* import_columns.c: from the names of the fields and the options */
int import_columns_init(struct import *im, struct err *e) MUST_USE;
void import_columns_release(struct import *im);

/* import_parse.c */
int import_parse(struct import_worker *w, struct err *e) MUST_USE;

/* import_bad.c */
int import_reject(struct import_worker *w, struct err *e) MUST_USE;

/* import_merge.c */
int import_merge(struct import_worker *w, struct err *e) MUST_USE;
/* Work on each column, by all threads; -1 if one of them failed. */
typedef int import_column_work(struct import_worker *w, size_t column,
			       struct err *e);
int import_each_column(struct import *im, import_column_work *work,
		       struct err *e) MUST_USE;
/* Seals columns of the group at hand until none is left; lock held. */
void import_help_seal(struct import_worker *w);
/* The first piece of the group or of one behind it. */
size_t import_first_piece(const struct import_column *c, size_t group);
/* Bytes of the scratch file; the caller frees them. */
void *import_read_scratch(const struct import *im, uint64_t at, size_t len,
			  struct err *e) MUST_USE;
/* Cells of a column in a group, pieces and open ones together. */
const struct cells *import_assemble(struct import_worker *w, size_t column,
				    size_t group, struct err *e) MUST_USE;

/* import_svmlight.c: the whole import, if the text is svmlight */
int import_svmlight(const struct import_options *o, struct import_report *r,
		    struct err *e) MUST_USE;

/* import_type.c */
int import_find_types(struct import *im, struct err *e) MUST_USE;
/* Levels of the coding come first, in its order, before any others. */
int import_add_coding(struct import_column *c, struct err *e) MUST_USE;
/* Sets c->code from the levels found. */
int import_rank_levels(struct import_column *c, struct err *e) MUST_USE;

/* Types and levels are known beforehand: groups are written while reading. */
int import_stream(struct import *im, struct err *e) MUST_USE;

/* import_finish.c */
int import_start_writer(struct import *im, struct err *e) MUST_USE;
/* The chunk of a column's cells, by its final type. */
struct encoded_chunk *import_encode(struct import_worker *w, size_t column,
				    const struct cells *c,
				    struct err *e) MUST_USE;
/* The levels of an enum column in their final order. */
int import_levels(const struct import_column *c, struct string_table *to,
		  struct err *e) MUST_USE;
/* Every column's encoded chunk goes to the frame. */
int import_write_encoded(struct import *im, struct err *e) MUST_USE;
int import_finish(struct import *im, struct err *e) MUST_USE;

#endif
