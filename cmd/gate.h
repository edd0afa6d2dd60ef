/*
 * gate.h - `error>0.05`: conditions under which a program ends with status 1.
 *
 *	gate_parse(&g, "recall(7)<0.9", &e);
 *	if (gate_holds(&g, value)) ...
 */
#ifndef CMD_GATE_H
#define CMD_GATE_H

#include <stdbool.h>

#include <dltools/err.h>

enum gate_relation { GATE_LT, GATE_LE, GATE_GT, GATE_GE, GATE_EQ, GATE_NE };

#define GATE_NAME 128

struct gate {
	const char *text;     /* as given */
	char name[GATE_NAME]; /* of the measure */
	char of[GATE_NAME];   /* in parentheses, or empty */
	enum gate_relation relation;
	double limit;
};

/* text stays the caller's. */
int gate_parse(struct gate *g, const char *text, struct err *e) MUST_USE;
/* NaN: what is not known does not pass; true. */
bool gate_holds(const struct gate *g, double value);

#endif
