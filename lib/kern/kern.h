/*
 * kern.h - the vector kernels, one table per instruction set.
 *
 * Every kernel is written once, in a lib/kern/NAME_body.c, and compiled for
 * each instruction set with -DKERN_ISA=...; its name there is KERN_NAME(f).
 * The lists below make the table's fields, the prototypes and the tables
 * themselves, so a kernel is added by one X(...) line and its body.
 *
 *	const struct kern *k = kern_get();
 *
 *	k->vec_exp(y, x, n);
 *
 * The table is chosen once, by what the processor has; DLTOOLS_ISA=avx2 (say)
 * forces one.  All instruction sets with FMA give the same bits in float32;
 * "plain" multiplies and adds with two roundings.
 */
#ifndef DLTOOLS_KERN_H
#define DLTOOLS_KERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dltools/err.h"
#include "kern/elem.h"
#include "kern/gemm.h"
#include "kern/math.h"
#include "kern/online.h"
#include "kern/skip.h"
#include "kern/update.h"

/* X(return type, name, (arguments)) */
#define KERN_LIST(X) \
	KERN_LIST_MATH(X) \
	KERN_LIST_ELEM(X) \
	KERN_LIST_UPDATE(X) \
	KERN_LIST_GEMM(X) \
	KERN_LIST_SKIP(X) \
	KERN_LIST_ONLINE(X)

#define KERN_FIELD(type, name, args) type (*name) args;
struct kern {
	const char *isa;
	KERN_LIST(KERN_FIELD)
};

/* The table in use; never NULL. */
const struct kern *kern_get(void);

/* ERR_USAGE if DLTOOLS_ISA names a table that cannot be used. */
int kern_check(struct err *e) MUST_USE;

/*
 * Are products of bf16 pairs faster here than float32 ones?  Intel processors
 * multiply pairs at half the rate of floats; without the instruction pairs have
 * to be taken apart.  Then numbers rounded to bf16 are multiplied as floats.
 */
bool kern_has_pairs(void);

/* By name; NULL if unknown or the processor has it not. */
const struct kern *kern_find(const char *isa);

/* All that this build has, best first, NULL at the end; may be unusable. */
const struct kern *const *kern_all(void);

#endif
