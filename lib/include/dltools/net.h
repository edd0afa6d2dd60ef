/*
 * net.h - a fully connected net: shape, parameters, training, forward pass.
 *
 * L hidden layers are 1..L, the output is layer L+1; n_0 = sparse + dense input
 * units (batch.h).  Layer l has weights W_l[n_l * pieces][n_(l-1)] and biases
 * b_l[n_l * pieces]; pieces is 2 in the hidden layers of a Maxout net, else 1,
 * and row 2r+j of W_l is piece j of unit r.
 * The memory layout inside is the engine's own (it differs per layer);
 * net_get/net_set copy to and from the canonical [out][in] order above.
 *
 *	net = net_new(&shape, &rule, seed, &e);
 *	t = trainer_new(net, pool, &options, &e);
 *	trainer_run(t, &feed, position, rows, &e);
 *	trainer_settle(t, &e);
 *
 *	f = forward_new(net, PRECISION_F32, &e);
 *	s = forward_scratch_new(f, rows, &e);
 *	forward_run(f, s, &batch, out, ld);
 *
 * A net is not locked: one trainer_run or any number of forward passes.
 */
#ifndef DLTOOLS_NET_H
#define DLTOOLS_NET_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "err.h"
#include "pool.h"

enum activation {
	ACTIVATION_TANH,
	ACTIVATION_RECTIFIER,
	ACTIVATION_EXP_RECTIFIER,
	ACTIVATION_MAXOUT,
};

/* Output layer and loss E; g = dE/df. */
enum net_loss {
	LOSS_CROSS_ENTROPY, /* softmax output; also "bernoulli" with 2 units */
	LOSS_QUADRATIC,     /* linear output: g = 2(f - t) */
	LOSS_ABSOLUTE,      /* linear output: g = sign(f - t), 1 at 0 */
	LOSS_HUBER,         /* linear output, D = loss_param */
	LOSS_QUANTILE,      /* linear output, alpha = loss_param */
	LOSS_POISSON,       /* linear output, log link */
	LOSS_GAMMA,         /* linear output, log link */
	LOSS_TWEEDIE,       /* linear output, log link, power = loss_param */
	LOSS_SOFTMAX_QUADRATIC, /* softmax output, full Jacobian */
};

enum net_initial {
	INITIAL_UNIFORM_ADAPTIVE,
	INITIAL_UNIFORM,
	INITIAL_NORMAL,
};

#define NET_MAX_LAYERS 256

struct net_shape {
	size_t sparse, dense;         /* input units */
	size_t row_entries;           /* most sparse entries of a row; 0: any */
	/*
	 * [dense]: the value at rest of each dense input, which most rows have
	 * in most of them; NULL: there is none.  Products then cost what
	 * differs from it: W x = W rest + W (x - rest).
	 */
	const float *rest;
	size_t layers;                /* hidden layers L, may be 0 */
	const size_t *units;          /* units[L] */
	size_t outputs;
	enum activation activation;
	enum net_loss loss;
	double loss_param;
	bool classification;
	bool autoencoder;
	bool linear_output;           /* of an autoencoder; else its
				       * activation */
	double input_dropout;         /* ratio, 0 = none */
	const double *hidden_dropout; /* [L] ratios or NULL */
	enum net_initial initial;
	double initial_scale;
	double initial_output_factor; /* on uniform_adaptive in the output
				       * layer of a classifier; 0 means 1 */
};

enum net_optimizer {
	OPTIMIZER_ADADELTA,
	OPTIMIZER_SGD, /* rate, annealing, decay, momentum, Nesterov */
	OPTIMIZER_ADAM,
};

/* Of the rate, besides SGD's annealing. */
enum net_schedule {
	SCHEDULE_CONSTANT,
	SCHEDULE_COSINE,
	SCHEDULE_STEP,
};

struct net_rule {
	enum net_optimizer optimizer;
	double rho, epsilon;                       /* ADADELTA */
	double rate, rate_annealing, rate_decay;   /* SGD, Adam uses rate */
	double momentum_start, momentum_ramp, momentum_stable;
	bool nesterov;
	double beta1, beta2, adam_epsilon, weight_decay; /* Adam */
	enum net_schedule schedule;
	double schedule_samples; /* length of the schedule */
	double average_decay;    /* exponential weight averaging, 0 = off */
	double l1, l2;
	float max_w2; /* FLT_MAX or INFINITY: no check */
	bool fast_mode;
	/*
	 * Sparse autoencoder: each bias of a hidden unit has the gradient
	 * beta (mean - average_activation) more, mean being that of the unit's
	 * activations with a memory of 1000 rows.
	 */
	double sparsity_beta, average_activation;
	size_t mini_batch; /* 1 = online, row by row */
};

struct net;

struct net *net_new(const struct net_shape *shape, const struct net_rule *rule,
		    uint64_t seed, struct err *e) MUST_USE;
void net_free(struct net *net);

/* Owned by the net; valid until net_free. */
const struct net_shape *net_shape(const struct net *net);
const struct net_rule *net_rule(const struct net *net);

/* Huber's D, which moves as training goes on; not while a trainer runs. */
void net_set_loss_param(struct net *net, double param);

/*
 * The sample from which Adam and the averages count their steps, 0 at first:
 * where the state at hand began, a multiple of the mini-batch.  Below 0 if
 * smaller ones made it.
 */
int64_t net_step_origin(const struct net *net);
void net_set_step_origin(struct net *net, int64_t sample);

/* Weights + biases, Maxout pieces counted. */
size_t net_parameters(const struct net *net);

/*
 * Every tensor of the net: "layer.1.weight" [n_1*k][n_0], "layer.1.bias"
 * [n_1*k], ...; then, is_state, the optimizer's ("layer.1.weight.h", ".y",
 * ".momentum", ".m", ".v", ".raw", "layer.1.bias.h"...) and, of a sparse
 * autoencoder, "layer.1.activation" [n_1], the mean of each unit.  i counts
 * from 0.
 */
struct net_tensor {
	char name[48];
	size_t rows, columns; /* columns = 1 for a vector */
	bool is_vector;
	bool is_state;
};

size_t net_tensors(const struct net *net);
void net_tensor(const struct net *net, size_t i, struct net_tensor *info);
/* values[rows * columns], canonical order. */
void net_get(const struct net *net, size_t i, float *values);
void net_set(struct net *net, size_t i, const float *values);

/* One row of H2O's "Status of Neuron Layers", layer 1..L+1. */
struct net_layer_status {
	double mean_rate, rate_rms;
	double momentum;
	double mean_weight, weight_rms;
	double mean_bias, bias_rms;
};

/* samples: rows trained so far (annealing, momentum ramp). */
void net_layer_status(const struct net *net, size_t layer, int64_t samples,
		      struct net_layer_status *status);

/*
 * 0, or -1 with ERR_NUMERIC naming the layer: a mean or sd that is not finite,
 * |mean w| or sd w > 1e10, |mean b| or sd b > 1e5.
 */
int net_check_stable(const struct net *net, struct err *e) MUST_USE;

/* ---- training ------------------------------------------------------- */

enum net_threading {
	THREADING_AUTO,
	THREADING_OWNER,   /* one block of rows, each thread owns units */
	THREADING_HOGWILD, /* each thread its own block, shared weights */
};

enum net_precision {
	PRECISION_AUTO,
	PRECISION_F32,
	PRECISION_BF16,
};

struct train_options {
	enum net_threading threading;
	enum net_precision precision;
	size_t row_block;  /* 0 = automatic; 1 = exact online SGD */
	bool reproducible; /* same bits for any number of threads and ISA */
	bool row_masks;    /* mini-batches: a dropout mask per row */
	bool weighted;     /* a row's weight multiplies its error dE/df */
	uint64_t seed;     /* dropout masks */
	/* Becomes non-zero when training should stop soon (a signal). */
	const volatile sig_atomic_t *stop;
};

struct trainer;

/* Borrows net and pool; both must outlive the trainer. */
struct trainer *trainer_new(struct net *net, struct pool *pool,
			    const struct train_options *options,
			    struct err *e) MUST_USE;
void trainer_free(struct trainer *t);

/*
 * Trains on positions first .. first+count-1 of the feed.  Returns the number
 * of rows trained (less than count only if *stop became set, then a multiple of
 * whole row blocks or mini-batches; one under way is given up), or -1 with
 * ERR_NUMERIC if a value stopped being finite (the message names layer and
 * sample).  Splitting a run into calls does not change the result as long as
 * the calls' ends coincide with block ends, which depend on position only.
 */
int64_t trainer_run(struct trainer *t, const struct row_feed *feed,
		    int64_t first, int64_t count, struct err *e) MUST_USE;

/*
 * Brings what was trained into the net: weights and state are as after the last
 * run; not after one that failed, of which nothing is kept.  To be called
 * before anything but this trainer looks at the net, and before trainer_free(),
 * or what was trained is lost.  -1: no memory.
 */
int trainer_settle(struct trainer *t, struct err *e) MUST_USE;

/* Samples after which a block ends, next at or after position. */
int64_t trainer_block_end(const struct trainer *t, int64_t position);

/* What was chosen, for --run-info: "owner", "avx512", 8... */
struct trainer_facts {
	const char *threading;
	const char *isa;
	const char *precision;
	unsigned threads;
	size_t row_block;
};
void trainer_facts(const struct trainer *t, struct trainer_facts *facts);

/* ---- forward pass --------------------------------------------------- */

/*
 * A forward pass in test mode (dropout off, activations scaled by 1 - ratio),
 * with weights packed once for blocked products.  Repack after training.
 * A row's output has the same bits whatever rows stand beside it and however
 * many threads run.
 */
struct forward;

struct forward *forward_new(const struct net *net, enum net_precision precision,
			    struct err *e) MUST_USE;
void forward_free(struct forward *f);
int forward_repack(struct forward *f, struct err *e) MUST_USE;

/* Private working memory of one thread: for up to `rows` rows a call. */
struct forward_scratch;
struct forward_scratch *forward_scratch_new(const struct forward *f,
					    size_t rows,
					    struct err *e) MUST_USE;
void forward_scratch_free(struct forward_scratch *s);

/*
 * out[b->rows][ld]: class probabilities (softmax) or f + offset in link space
 * (linear); ld >= outputs.  Thread-safe with one scratch per thread.
 */
void forward_run(const struct forward *f, struct forward_scratch *s,
		 const struct batch *b, float *out, size_t ld);

/* Activations of hidden layer 1..L as the next layer sees them. */
void forward_hidden(const struct forward *f, struct forward_scratch *s,
		    const struct batch *b, size_t layer, float *out, size_t ld);

/*
 * Instruction set in use: "avx512bf16", "avx512", "avx2", "neon" or "plain".
 * NULL, ERR_USAGE if DLTOOLS_ISA names one that cannot be used.
 */
const char *net_isa(struct err *e) MUST_USE;

#endif
