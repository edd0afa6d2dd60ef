/*
 * train_text.c - small texts of dl-train: how often to save, how far training
 * is, tags.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dltools/json.h"
#include "dltools/mem.h"
#include "dltools/num.h"
#include "dltools/train_text.h"

/* "1epoch" without its unit, if the text ends with it. */
static bool
take_unit(const char *text, const char *unit, char number[NUM_TEXT])
{
	size_t n = strlen(text), u = strlen(unit);

	if (n > u && text[n - 1] == 's' && unit[u - 1] != 's')
		n--;
	if (n <= u || n - u >= NUM_TEXT || memcmp(text + n - u, unit, u) != 0)
		return false;
	memcpy(number, text, n - u);
	number[n - u] = '\0';
	return true;
}

int
train_parse_every(struct train_every *every, const char *text, struct err *e)
{
	char number[NUM_TEXT];
	int rc;

	memset(every, 0, sizeof(*every));
	if (take_unit(text, "epoch", number))
		rc = num_parse_real(number, 1e-9, 1e15, &every->epochs, e);
	else if (take_unit(text, "sample", number))
		rc = num_parse_int(number, 1, INT64_MAX, &every->samples, e);
	else
		rc = num_parse_seconds(text, &every->seconds, e);
	if (rc == 0 && every->seconds <= 0 && every->epochs <= 0 &&
	    every->samples <= 0)
		rc = err_set(e, ERR_USAGE, "'%s' is not a time (10m), epochs "
			     "(1epoch) or samples (1e6samples)", text);
	return rc < 0 ? err_prefix(e, "--checkpoint-every") : 0;
}

/* tag[i] or one before it has no key, or the same one. */
static int
check_tag(const char *const *tag, size_t i, struct err *e)
{
	size_t len = strcspn(tag[i], "=");

	if (!tag[i][len] || len == 0)
		return err_set(e, ERR_USAGE, "--tag: '%s' is not KEY=VALUE",
			       tag[i]);
	for (size_t k = 0; k < i; k++)
		if (strncmp(tag[i], tag[k], len + 1) == 0)
			return err_set(e, ERR_USAGE, "--tag: '%s' and '%s': a "
				       "key has one value", tag[k], tag[i]);
	return 0;
}

int
train_tags_json(const char *const *tag, size_t n, char **json, struct err *e)
{
	struct str s = STR_INIT;
	struct json j = json_start(&s);

	*json = NULL;
	if (n == 0)
		return 0;
	json_put_object(&j);
	for (size_t i = 0; i < n; i++) {
		const char *is = strchr(tag[i], '=');
		char *key = NULL;

		if (check_tag(tag, i, e) == 0)
			key = mem_memdup(tag[i], (size_t)(is - tag[i]),
					 e);
		if (!key) {
			str_release(&s);
			return -1;
		}
		json_key(&j, key);
		json_put_text(&j, is + 1);
		mem_free(key);
	}
	json_end(&j);
	*json = str_take(&s, e);
	return *json ? 0 : -1;
}

static void
add_name(struct str *rule, const char *name, const char *escaped)
{
	for (; *name; name++) {
		if (strchr(escaped, *name))
			str_add_char(rule, '\\');
		if (*name == '$')
			str_add_char(rule, '$');
		str_add_char(rule, *name);
	}
}

void
train_rule_target(struct str *rule, const char *name)
{
	add_name(rule, name, " #:%");
}

/* A % is itself here, as no target of the rule is a pattern. */
void
train_rule_input(struct str *rule, const char *name)
{
	add_name(rule, name, " #:");
}

void
train_deps(const char *out, const char *const *in, size_t n, struct str *rule)
{
	train_rule_target(rule, out);
	str_add_char(rule, ':');
	for (size_t i = 0; i < n; i++) {
		if (strcmp(in[i], "-") == 0)
			continue;
		str_add_char(rule, ' ');
		train_rule_input(rule, in[i]);
	}
	str_add_char(rule, '\n');
}

static void
add_time(struct str *out, double seconds)
{
	int64_t s = (int64_t)seconds;

	if (s >= 3600)
		str_addf(out, "%" PRId64 "h%02" PRId64 "m", s / 3600,
			 s % 3600 / 60);
	else if (s >= 60)
		str_addf(out, "%" PRId64 "m%02" PRId64 "s", s / 60, s % 60);
	else
		str_addf(out, "%.1fs", seconds);
}

void
train_progress_text(const struct train_progress *p, struct str *out)
{
	if (p->fold)
		str_addf(out, "fold %zu of %zu  ", p->fold, p->folds);
	str_addf(out, "epoch %.3f of %.4g  %.0f samples/s", p->epochs,
		 p->epochs_asked, p->speed);
	if (!isnan(p->loss))
		str_addf(out, "  loss %.5f", p->loss);
	if (isfinite(p->left)) {
		str_add(out, "  left ");
		add_time(out, p->left);
	}
}

/* One line per scoring event, where there is no terminal. */
void
train_event_text(const struct history_row *r, struct str *out)
{
	const struct history_measures *m = r->has_validation ? &r->validation :
		&r->training;

	if (r->fold)
		str_addf(out, "fold %lld: ", (long long)r->fold);
	str_addf(out, "scored after %.3f epochs, %" PRId64 " samples, %.0f/s: "
		 "%s", r->epochs, r->samples, r->speed,
		 r->has_validation ? "validation" : "training");
	if (!isnan(m->logloss))
		str_addf(out, " logloss %.5f", m->logloss);
	if (!isnan(m->error))
		str_addf(out, " error %.5f", m->error);
	if (isnan(m->logloss))
		str_addf(out, " RMSE %.5g", m->rmse);
}
