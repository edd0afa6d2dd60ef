/*
 * minibatch_int.h - training by mini-batches: the mean gradient of B rows, l1
 * and l2 once, one optimizer step.  The trainer comes here when mini_batch > 1,
 * or for rules that the online engine has not: Adam, a schedule, weight
 * averaging.
 *
 * The work of a mini-batch is split over the threads by units and inputs, so
 * any number of threads gives the same bits.  Weights and state are copied out
 * of the net at the start of a run, if something else changed it, and back when
 * settled.
 *
 * Batches end at multiples of B of the position (samples presented), and where
 * a run ends.
 *
 * Adam and the averages count steps by position, from where their state began;
 * with fast_mode a weight is left alone by a mini-batch in which its unit's
 * gradient is 0 in all rows, or its input was dropped from all rows, or its
 * sparse input is in none of them.
 *
 * Unit sets are numbered 0 (dense inputs) .. layers (outputs); weight layer
 * l = 1..layers leads from set l-1 to set l.  With one dropout mask per
 * mini-batch only the kept units of a set take part: everything of a mini-batch
 * is stored for them alone, one beside the other, and `kept` counts them.
 * For m rows (panels of 64, width a multiple of 16):
 *
 *	xt[kept][width]	activations, panel by panel; what a layer's product
 *			reads
 *	x[m][ld]	the same by rows; for gradients of the next weights
 *	d[m][d_ld]	dE/d(net input), kept * pieces columns, over m
 *
 * and in bf16 the pairs that the products want: xt_pairs[kept/2][width] (pairs
 * of units), x_pairs[m/2][ld] and d_pairs[m/2][d_ld] (pairs of rows),
 * d_half[m][d_ld] (as 16-bit numbers, so pairs of units).
 */
#ifndef DLTOOLS_NN_MINIBATCH_INT_H
#define DLTOOLS_NN_MINIBATCH_INT_H

#include <stdatomic.h>

#include "dltools/rng.h"
#include "kern/kern.h"
#include "nn/crew.h"
#include "nn/net_int.h"
#include "nn/trainer_int.h"

#define MB_PANEL 64
#define MB_ROWS 6   /* rows of a tile of a product */
#define MB_TILE 48  /* most rows of weights stepped at once */
#define MB_LISTS 128 /* rows that are listed together */

struct mb_units {
	size_t all, kept;
	size_t pieces;      /* 2 for Maxout, of this set's pre-activations */
	size_t ld, d_ld;
	float dropout;
	bool is_masked;     /* one mask per mini-batch: bits and index count */
	uint16_t *bits;     /* [all rounded up to 16] */
	uint32_t *index;    /* [kept], ascending */
	float *xt, *x, *d;
	float *pre_t, *pre; /* Maxout: pre-activations, as xt and d */
	float *error;       /* Maxout: dE/d(activation), [m][ld] */
	float *row_mask;    /* [m][ld]: 1 or 0, masks per row */
	uint32_t *xt_pairs, *x_pairs, *d_pairs;
	uint16_t *d_half;
};

/* One block of parameters and its optimizer state; NULL where none. */
struct mb_block {
	float *w, *s1, *s2, *average;
};

struct mb_layer {
	size_t in, sparse; /* dense and sparse inputs */
	size_t rows;       /* units * pieces */
	size_t ld, row_ld;
	struct mb_block dense;   /* [rows][ld] */
	struct mb_block sparsew; /* [sparse][row_ld] */
	struct mb_block bias;    /* [row_ld] */
	/* Weights of the kept units as the products read them. */
	size_t k_ld;
	const float *k;          /* [kept rows][k_ld]: own or dense.w */
	float *own;
	uint32_t *pairs_in;      /* [kept rows][k_ld / 2] */
	uint32_t *pairs_out;     /* [kept rows / 2][k_ld] */
	float *kept_bias;        /* [row_ld] */
	bool is_whole;           /* no mask on either side */
};

/* What one thread works in. */
struct mb_thread {
	struct batch batch;
	size_t first, rows; /* its rows of the mini-batch */
	/* Their sparse entries as the masks leave them, as in batch.h. */
	uint32_t *start, *entry;
	float *value;
	/* Sparse columns of its own with entries, in order of appearance. */
	uint32_t *used;
	size_t uses;
	float *tile;        /* [tile_rows + 2][widest]: gradients; halves of
			     * 16 rows */
	float *turned;      /* [tile_rows][m]: columns of d */
	struct skip_row *lists; /* [MB_LISTS + 1] what is not 0, by rows; the
				 * last for the values at rest */
	uint32_t *index;        /* [MB_LISTS][list_room] */
	float *number;
	size_t list_room;
	float *line;        /* [3][widest] */
	float *bias;        /* [2][widest]: gradients, their sizes */
	float *all;         /* the same of all kept units of layer 1 */
	float *sums;        /* [MB_LISTS + 1][row_ld]: their sums in layer 1 */
	uint16_t *bits;     /* own units that are stepped; in layer 1 all */
	/* max_w2: [2][widest] sums of squares of layer 1's sparse weights, and
	 * what they are multiplied by. */
	float *norm;
	bool is_bad;        /* saw a value that is not finite */
};

/*
 * Columns of the sparse inputs in the mini-batch, each with its entries: rows
 * row[start] .. row[start + count - 1] of the mini-batch, ascending.
 */
struct mb_columns {
	uint32_t *start, *count; /* [sparse]; count is 0 from a step's end */
	uint32_t *row;           /* [entries] */
	float *value;
	atomic_size_t taken;     /* of entries */
	uint16_t *bits;          /* [sparse]: kept by the input mask */
	/* Listed dense inputs that no mask drops, and their values at rest. */
	uint32_t *dense;
	float *rest;
	size_t denses;
	bool has_rest;           /* some of them are not 0 */
};

struct minibatch {
	struct net *net;
	struct pool *pool;
	const struct kern *kern;
	struct train_options options;
	size_t layers; /* with the output layer */
	size_t room;   /* rows of a full mini-batch */
	size_t widest; /* floats in any line of weights, inputs or units */
	size_t tile_rows;
	bool is_bf16;   /* inputs of products are rounded to bf16 */
	bool has_pairs; /* and multiplied as pairs */
	/*
	 * Dense inputs are mostly at rest (net_shape) and what differs is taken
	 * as sparse ones: units[0] is empty, layer[1].sparse counts all.  Not
	 * with masks per row, each of which would differ in most inputs.
	 */
	bool is_listed;
	bool is_ready; /* memory is allocated */
	bool is_loaded;
	bool is_ahead;  /* trained since it was last stored in the net */
	uint64_t seen;  /* net->changes when we last read or wrote it */
	struct mb_units *units; /* [layers + 1] */
	struct mb_layer *layer; /* [layers + 1], from 1 */
	struct mb_columns columns;
	struct mb_thread *thread;
	unsigned threads;
	struct crew crew;
	unsigned active;     /* how many of them work in this job: all or one */
	/* the mini-batch in work */
	const struct row_feed *feed;
	int64_t first, last; /* the run: positions */
	int64_t at;          /* first position of the mini-batch */
	size_t m;
	int64_t done;        /* rows trained in this run */
	int64_t pause;       /* where this job ends */
	bool is_over;        /* asked to stop, or not finite */
	_Atomic unsigned given_up; /* behind which phase; 0: it goes on */
	struct update *rule; /* [layers + 1], of this step */
	/* Tiles of its step that are taken: of all layers, of columns. */
	atomic_size_t tiles_taken, column_tiles_taken;
	struct rng_key input_key, hidden_key;
};

/* Thread t's part of n things, whole sixteens. */
struct mb_range {
	size_t from, to;
};

static inline struct mb_range
mb_split(size_t n, unsigned t, unsigned threads)
{
	size_t lines = (n + 15) / 16;
	size_t from = lines * t / threads * 16;
	size_t to = lines * (t + 1) / threads * 16;

	return (struct mb_range){ from < n ? from : n, to < n ? to : n };
}

static inline float *
mb_at(float *p, size_t offset)
{
	return p != NULL ? p + offset : NULL;
}

/* All threads that work on the mini-batch. */
static inline void
mb_meet(struct minibatch *mb)
{
	if (mb->active > 1)
		pool_barrier(mb->pool);
}

static inline size_t
mb_panels(const struct minibatch *mb)
{
	return (mb->m + MB_PANEL - 1) / MB_PANEL;
}

static inline size_t
mb_panel_rows(const struct minibatch *mb, size_t p)
{
	size_t left = mb->m - p * MB_PANEL;

	return left < MB_PANEL ? left : MB_PANEL;
}

static inline size_t
mb_panel_width(const struct minibatch *mb, size_t p)
{
	return round_up(mb_panel_rows(mb, p), 16);
}

/* Kept rows of weight layer l. */
static inline size_t
mb_kept_rows(const struct minibatch *mb, size_t l)
{
	return mb->units[l].kept * mb->units[l].pieces;
}

/* Row of the weights that kept row r is. */
static inline size_t
mb_row(const struct minibatch *mb, size_t l, size_t r)
{
	const struct mb_units *u = &mb->units[l];

	return u->is_masked ? u->index[r / u->pieces] * u->pieces +
			      r % u->pieces : r;
}

/* minibatch_state.c */
int mb_alloc(struct minibatch *mb, struct err *e) MUST_USE;
void mb_release(struct minibatch *mb);

/* minibatch_copy.c: to and from the net. */
int mb_load(struct minibatch *mb, struct err *e) MUST_USE;
int mb_store(struct minibatch *mb, struct err *e) MUST_USE;

/* minibatch_rule.c: the constants of the step that ends at mb->at + mb->m. */
void mb_set_rules(struct minibatch *mb);
/* Weight of the newest weights in the average after this step, 0 = not now. */
float mb_average_share(const struct minibatch *mb);

/* minibatch_input.c */
void mb_draw_masks(struct minibatch *mb);
void mb_list_dense(struct minibatch *mb);
void mb_fetch(struct minibatch *mb, unsigned t);
void mb_mask_rows(struct minibatch *mb, size_t set, struct mb_range r);

/* minibatch_loss.c: d of the outputs for the thread's own rows. */
void mb_output_gradient(struct minibatch *mb, unsigned t);

/* minibatch_pass.c */
void mb_spread_input(struct minibatch *mb, struct mb_range r, float *half);
void mb_narrow_weights(struct minibatch *mb, size_t l, struct mb_range r,
		       float *line);
void mb_forward(struct minibatch *mb, size_t l, unsigned t);
void mb_backward(struct minibatch *mb, size_t l, unsigned t);
void mb_narrow_d(struct minibatch *mb, size_t l, struct mb_range rows,
		 struct mb_range columns);

/* Where mb_backward puts E[m][ld]. */
struct mb_back {
	float *e;
	size_t ld;
	struct mb_thread *thread;
};

/* minibatch_skip.c: false, with nothing done, if too little is 0. */
bool mb_skip_back(struct minibatch *mb, size_t l, size_t i, size_t n,
		  struct mb_range r, struct mb_back *to);
bool mb_skip_gradient(struct minibatch *mb, size_t l, size_t r, size_t n,
		      struct mb_thread *th);

/* minibatch_sparse.c: the sparse part of layer 1 */
/* The entries of row i of the mini-batch. */
void mb_entries(const struct minibatch *mb, size_t i, struct skip_row *row);
void mb_start_sparse(struct minibatch *mb, struct mb_range r,
		     struct mb_thread *th, float *y);
/* Some weight rows: `full`, and the kept ones among them, r. */
struct mb_part {
	struct mb_range r, full;
};

/*
 * minibatch_columns.c: entries of the thread's own columns by column, then the
 * step; squares and scaling for max_w2 of its own units, over all columns.
 */
void mb_link_columns(struct minibatch *mb, unsigned t);
void mb_step_columns(struct minibatch *mb, unsigned t);
void mb_square_columns(const struct minibatch *mb, struct mb_part own,
		       struct mb_thread *th);
void mb_scale_columns(const struct minibatch *mb, struct mb_part own,
		      struct mb_thread *th);

/* minibatch_step.c */
/*
 * Gradients of the biases of kept rows r into g[], and their total size into
 * size[]: 0 if the unit has no error in any row.
 */
void mb_bias_gradient(const struct minibatch *mb, size_t l, struct mb_range r,
		      float *g, float *size);
void mb_step(struct minibatch *mb, unsigned t);
void mb_average(struct minibatch *mb, unsigned t, float share);

#endif
