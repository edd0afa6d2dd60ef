/* split_int.h - which part every row goes to, and writing the parts. */
#ifndef DATA_SPLIT_INT_H
#define DATA_SPLIT_INT_H

#include <dltools/split.h>

#define SPLIT_NONE 255 /* the row goes nowhere */

/* Parts of all rows of a frame, a byte each, in a scratch file. */
struct split_plan {
	int fd;
	int64_t rows[SPLIT_MAX]; /* of each part */
};

int split_plan_make(struct split_plan *p, const struct frame *f,
		    const struct split_options *o, struct err *e) MUST_USE;
void split_plan_release(struct split_plan *p);
/* part[frame_group_rows(f, group)] */
int split_plan_read(const struct split_plan *p, const struct frame *f,
		    size_t group, unsigned char *part, struct err *e) MUST_USE;

/*
 * quota[strata][parts]: count[s] divided by the shares, rounded down or up, so
 * that column sums are total[parts].
 */
int split_quotas(int64_t *quota, const int64_t *count, size_t strata,
		 const double *share, size_t parts, const int64_t *total,
		 struct err *e) MUST_USE;

/* Rows row[n], ascending, of one column as a chunk. */
struct split_pick {
	const struct frame *f;
	const int64_t *row;
	size_t n;
};

struct string_set;

/* What a thread gathers a chunk in. */
struct split_hand {
	struct chunk in, out;
	uint32_t *code; /* of the dictionary of in, in that of out */
	size_t code_room;
};

int split_gather(struct split_hand *h, const struct split_pick *p,
		 size_t column, struct err *e) MUST_USE;
void split_hand_release(struct split_hand *h);

#endif
