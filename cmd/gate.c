/* gate.c - conditions on measures; see gate.h. */
#include "gate.h"

#include <math.h>
#include <string.h>

#include <dltools/num.h>

static const struct {
	const char *text;
	enum gate_relation relation;
} relations[] = {
	{"<=", GATE_LE}, {">=", GATE_GE}, {"==", GATE_EQ}, {"!=", GATE_NE},
	{"<", GATE_LT}, {">", GATE_GT}, {"=", GATE_EQ},
};

/* Copies text[0 .. len) without blanks at its ends; -1 if it is too long. */
static int
copy(char to[GATE_NAME], const char *text, size_t len)
{
	while (len && *text == ' ') {
		text++;
		len--;
	}
	while (len && text[len - 1] == ' ')
		len--;
	if (len >= GATE_NAME)
		return -1;
	memcpy(to, text, len);
	to[len] = '\0';
	return 0;
}

int
gate_parse(struct gate *g, const char *text, struct err *e)
{
	const char *open, *close, *end;
	char limit[GATE_NAME];
	size_t name, i, n = sizeof(relations) / sizeof(*relations);

	memset(g, 0, sizeof(*g));
	g->text = text;
	name = strcspn(text, "(<>=!");
	open = text[name] == '(' ? text + name : NULL;
	close = open ? strchr(open, ')') : NULL;
	if (open && !close)
		return err_set(e, ERR_USAGE, "'%s': no closing parenthesis",
			       text);
	end = open ? close + 1 : text + name;
	end += strspn(end, " ");
	for (i = 0; i < n; i++)
		if (!strncmp(end, relations[i].text,
			     strlen(relations[i].text)))
			break;
	if (i == n || !name || copy(g->name, text, name) < 0 ||
	    (open && copy(g->of, open + 1, (size_t)(close - open - 1)) < 0))
		return err_set(e, ERR_USAGE,
			       "'%s': not of the form measure>number", text);
	g->relation = relations[i].relation;
	end += strlen(relations[i].text);
	if (copy(limit, end, strlen(end)) < 0)
		return err_set(e, ERR_USAGE, "'%s': not a number", end);
	return num_parse_real(limit, -INFINITY, INFINITY, &g->limit, e);
}

bool
gate_holds(const struct gate *g, double value)
{
	if (isnan(value))
		return true;
	switch (g->relation) {
	case GATE_LT:
		return value < g->limit;
	case GATE_LE:
		return value <= g->limit;
	case GATE_GT:
		return value > g->limit;
	case GATE_GE:
		return value >= g->limit;
	case GATE_EQ:
		return value == g->limit;
	default: /* GATE_NE */
		return value != g->limit;
	}
}
