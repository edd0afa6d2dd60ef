/*
 * online.h - the kernels of online training over a block of n rows.
 *
 * sweep_update	applies n rank-one updates one after another while the weights
 *		and their state sit in registers:
 *
 *	for each r, for b = 0 .. n-1, for each c:
 *		s = s[r * s_row + b * s_sample], x = x[b * x_ld + c]
 *		e[b * e_ld + c] += s * w[r][c]		(if e)
 *		G = s * x + l1 sgn(w) + l2 w
 *		step of `rule` with G
 *
 *	Row r of w is row[r] where there is a list; none is in it twice.
 *	Where s = 0, or x = 0, nothing is done unless `every`.  a and b are the
 *	rule's state, of the shape of w: h and y of nn/net_int.h, or the
 *	velocity.  The squares of the new weights that belong to r are added to
 *	w_squares[r][c % 16] in the order of the columns, if something was done.
 *
 * gather	y[i] += value[0] * w[index[0] * ld + i] + value[1] * ..., one
 *		chain of multiply-adds in the order of the entries
 * dots		z[b * z_ld + r] += sum over c of w[r][c] * x[b][c], where r
 *		takes the values of row[] if there is a list
 * out_forward	z[b * z_ld + o] = sum over r of x[b * x_ld + r] * w[r][o]
 * out_back	e[r * 16 * blocks + b] = sum over o of d[o * 16 * blocks + b] *
 *		w[r][o], for 16 * blocks rows b
 * back		d = (sum over parts of e) * f'(a) * keep; d may be e.  For
 *		mini-batches too
 * dropout_keep	keep[i] = 1 where the random number of unit first + i is above
 *		ratio, else 0, and y[i] becomes 0 there (NaN stays): word
 *		(first + i) % 4 of Philox at counter (a, b + (first + i) / 4)
 *
 * columns and the strides of vectors are multiples of 16; numbers in the
 * padding are finite and stay what they are worth: nothing.
 */
#ifndef DLTOOLS_KERN_ONLINE_H
#define DLTOOLS_KERN_ONLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sweep_rule {
	SWEEP_ADADELTA, /* h, y */
	SWEEP_SGD,
	SWEEP_MOMENTUM, /* velocity */
	SWEEP_NESTEROV, /* velocity */
};

/* How sqrt(y / h) is computed. */
enum sweep_root {
	ROOT_FAST,  /* the processor's estimate and a Newton step: 3e-7 */
	ROOT_FMA,   /* the same bits wherever there is FMA: 3e-7 */
	ROOT_EXACT, /* sqrt and division; needed where y * h may underflow */
};

#define SWEEP_MOST 32 /* n of sweep and dots */
/*
 * An error s below this counts as 0, yet decays the state: it moves no weight
 * by a unit in its last place, and subnormal numbers cost a hundred cycles
 * each.  (The errors of a Maxout net that is sure are full of them: training
 * took four times as long.)
 */
#define TINY_ERROR 0x1p-96f

struct sweep {
	enum sweep_rule rule;
	enum sweep_root root;
	bool every;
	size_t rows, columns, ld, n;
	const uint32_t *row; /* [rows], or NULL: 0, 1... */
	float *w, *a, *b;
	const float *s;
	size_t s_row, s_sample;
	const float *x;
	size_t x_ld;
	float *e;
	size_t e_ld;
	float *w_squares; /* [rows][16], or NULL */
	size_t ahead; /* prefetch so many weights ahead, 0 = not; a hint */
	float rho, epsilon, l1, l2;
	const float *rate, *momentum; /* [n] */
};

struct gather {
	const float *w;
	size_t ld;
	const uint32_t *index;
	const float *value;
	size_t entries;
	float *y;
	size_t n;
};

struct dots {
	const float *w;
	size_t ld, rows, columns, n;
	const uint32_t *row; /* [rows], or NULL: 0, 1... */
	bool is_far; /* w comes from beyond the second-level cache */
	const float *x;
	size_t x_ld;
	float *z;
	size_t z_ld;
};

struct out_pass {
	const float *w;
	size_t ld, rows, columns, n;
	const float *x; /* or d */
	size_t x_ld;
	float *z; /* or e */
	size_t z_ld;
};

enum back_slope {
	SLOPE_ONE,
	SLOPE_STEP, /* a > 0 */
	SLOPE_TANH, /* 1 - a^2 */
	SLOPE_ELU,  /* 1 if a >= 0, else a + 1 */
};

struct back {
	const float *e;
	size_t parts, part_ld;
	const float *a;
	const float *keep; /* or NULL */
	enum back_slope slope;
	float *d;
	size_t n;
};

struct keep {
	uint32_t key[2];
	uint64_t a, b;
	size_t first, n;
	float ratio;
	float *keep;
	float *y; /* or NULL */
};

#define KERN_LIST_ONLINE(X) \
	X(void, sweep_update, (const struct sweep *k)) \
	X(void, gather, (const struct gather *k)) \
	X(void, dots, (const struct dots *k)) \
	X(void, out_forward, (const struct out_pass *k)) \
	X(void, out_back, (const struct out_pass *k)) \
	X(void, back, (const struct back *k)) \
	X(void, dropout_keep, (const struct keep *k))

/* The same as plain loops. */
void sweep_update_ref(const struct sweep *k);
void gather_ref(const struct gather *k);
void dots_ref(const struct dots *k);
void out_forward_ref(const struct out_pass *k);
void out_back_ref(const struct out_pass *k);
void back_ref(const struct back *k);
void dropout_keep_ref(const struct keep *k);

#endif
