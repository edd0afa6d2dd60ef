/*
 * online_int.h - the working memory of online training; see online.c.
 */
#ifndef DLTOOLS_ONLINE_INT_H
#define DLTOOLS_ONLINE_INT_H

#include "kern/kern.h"
#include "nn/crew.h"
#include "nn/net_int.h"
#include "nn/trainer_int.h"

#define ROW_BLOCK_MOST 32
#define INPUTS 3 /* a block in work, the next, and one a slow thread reads */

/* The rows of one block as fetched; x after input dropout. */
struct input {
	struct batch all;         /* dense part, labels... of all rows */
	struct batch *share;      /* [threads] views: each fetches some rows */
	float *target;            /* [block][out_ld], autoencoder: undropped */
	const uint32_t *index[ROW_BLOCK_MOST];
	const float *value[ROW_BLOCK_MOST];
	size_t entries[ROW_BLOCK_MOST];
};

/* Of one weight layer; block = most rows of a block. */
struct space {
	float *z;    /* [block][w.ld'] net inputs; a if there is one piece */
	float *a;    /* [block][ld of the next layer] */
	float *d;    /* [block][z_ld] errors of the net inputs */
	float *keep; /* [block][a_ld] dropout mask, or NULL */
	float *part; /* see part_ld */
	size_t z_ld, a_ld;
	/*
	 * Hidden layers: e of the layer below, [slices][block][part_ld].
	 * Output layer: its net inputs, twice (blocks take turns).
	 */
	size_t part_ld;
};

/* Of one thread. */
struct desk {
	float *out;   /* [block][out_ld]: outputs, then their errors */
	float *out_t; /* [out_ld][lanes]: the same, transposed */
	float *e_t;   /* [units of a slice][lanes] */
	float *e;     /* [block][a_ld of the last hidden layer] */
	uint32_t *row; /* [rows of a slice]: those of kept units */
	float *squares; /* [rows of a slice][16], of their weights */
	float *rate;  /* [layers][ROW_BLOCK_MOST] */
	float momentum[ROW_BLOCK_MOST];
	int bad;      /* row + 1 of the block that is not finite */
};

/* The sparse columns of a block: those that rows hit, in order of coming. */
struct sparse_columns {
	uint32_t *unit; /* [n], without fast_mode all others behind */
	float *s;       /* [n][block]: values, 0 where a row has none */
	size_t n;
};

struct online {
	struct net *net;
	struct pool *pool;
	const struct kern *kern;
	struct train_options options;
	size_t block; /* most rows of a block */
	size_t ramp;  /* how blocks grow */
	size_t lanes; /* block rounded up to 16 */
	struct input input[INPUTS];
	struct space *space; /* [layers] */
	struct desk *desk;   /* [threads] */
	struct sweep sweep;  /* the rule; template of all sweeps */
	bool is_far;         /* weights, to a thread, as in struct dots */
	struct rng_key_pair {
		uint32_t input[2], hidden[2];
	} key;
	unsigned threads;
	struct crew crew;
	/*
	 * Hogwild: other threads train the same net, so weights are read and
	 * written through copies, and only by relaxed atomic moves.
	 */
	float *tile[3];
	size_t tile_floats;
	float *norms; /* [slices of the output layer][out_ld] */
	struct sparse_columns columns[2]; /* blocks take turns */
	uint32_t *place; /* [sparse]: 1 + column while sorting, else 0 */
};

/* What the team is doing: blocks of the rows first .. last-1. */
struct job {
	struct online *o;
	const struct row_feed *feed;
	int64_t first, last;
	int64_t bad; /* position of a row that is not finite, or -1 */
};

/* One thread's place in a block. */
struct turn {
	struct online *o;
	struct job *job;
	unsigned thread, threads;
	int64_t position; /* of the block's first row */
	size_t n;         /* rows */
	int64_t number;   /* of the block */
	struct input *in;
};

/* First slice of thread's share of a layer; the end is the next one's. */
static inline size_t
first_slice(const struct layer *layer, unsigned thread, unsigned threads)
{
	return layer->slices * thread / threads;
}

static inline void
turn_barrier(const struct turn *t)
{
	if (t->threads > 1)
		pool_barrier(t->o->pool);
}

/*
 * Rows row .. row+rows-1 of state array `state` (0: weights): the net's own or,
 * in Hogwild, a copy in tile `to`, good until the next.
 */
float *rows_of(const struct turn *t, const struct params_block *p, size_t row,
	       size_t rows, size_t state, size_t to);
/* Writes the copies back; nothing to do where they are none. */
void rows_done(const struct turn *t, const struct params_block *p, size_t row,
	       size_t rows, size_t states);

/* An engine's memory for a team of `threads`, or one of many (is_shared). */
struct online *online_make(struct net *net, struct pool *pool,
			   const struct train_options *options,
			   unsigned threads, bool is_shared, struct err *e)
	MUST_USE;
void online_free(void *engine);
void online_set_rule(struct online *o);
int online_report(const struct online *o, const struct job *job, struct err *e);

/* What layer l reads: the block's inputs or the activations below. */
const float *layer_input(const struct turn *t, size_t l, size_t *ld);
/* online_back.c: errors and updates of all layers, this thread's share. */
void online_back(const struct turn *t);
/* The rule of layer l for the rows of this block. */
struct sweep online_sweep(const struct turn *t, size_t l);
/*
 * Runs k over rows row .. row+rows-1 of p, columns from .. from+n-1 (n = 0:
 * all).
 */
void online_sweep_rows(const struct turn *t, struct sweep *k,
		       const struct params_block *p, size_t row, size_t rows,
		       size_t from, size_t n);

/* online_sparse.c: the sparse inputs of the first weight layer. */
int sparse_init(struct online *o, struct err *e) MUST_USE;
void sparse_release(struct online *o);
/* Adds the entries of row b to z[n], net inputs from .. from+n-1. */
void sparse_forward(const struct turn *t, size_t b, float *z, size_t from,
		    size_t n);
/* By one thread, before the barrier that ends the way forward. */
void sparse_sort(const struct turn *t);
/* Updates by the errors d[t->n][d_ld], columns from .. from+n-1. */
void sparse_update(const struct turn *t, const float *d, size_t d_ld,
		   size_t from, size_t n);

/* online_pass.c: one thread's share of a job. */
void online_work(void *arg, unsigned thread, unsigned threads);
/* online_block.c: most rows of a block unless the user says. */
size_t online_most(const struct net *net);
/* How early blocks may grow to so many rows. */
size_t online_ramp(const struct net *net, size_t block);
/* Rows of the block at a position. */
size_t online_block(const struct online *o, int64_t position);
int64_t online_block_end(const struct online *o, int64_t position);

#endif
