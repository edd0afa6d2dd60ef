/*
 * json_read.c - parsing JSON; see json_read.h.
 *
 * jansson 2.14 doesn't look whether the buffer of a token could grow: the byte
 * is lost, and a text without its closing quote is read beyond its end.  Hence
 * the first allocation that fails is served from a reserve as large as that
 * buffer can become, and the text ends there: jansson gets it byte by byte.
 */
#include "json_read.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <dltools/mem.h>

struct parse {
	const char *at, *end;
	void *reserve;
	size_t room;
	bool failed, lent;
};

/* jansson's hooks get no argument: the parse of this thread, or NULL. */
static _Thread_local struct parse *current;
static pthread_once_t hooks_once = PTHREAD_ONCE_INIT;

static void *
take(size_t size)
{
	struct parse *p = current;
	void *got = malloc(size);

	if (got || !p)
		return got;
	p->failed = true;
	if (p->lent || size > p->room)
		return NULL;
	p->lent = true;
	return p->reserve;
}

static void
give(void *got)
{
	struct parse *p = current;

	if (p && got == p->reserve)
		p->lent = false;
	else
		free(got);
}

static void
set_hooks(void)
{
	json_set_alloc_funcs(take, give);
}

static size_t
next_byte(void *buffer, size_t room, void *arg)
{
	struct parse *p = arg;

	(void)room;
	if (p->failed || p->at == p->end)
		return 0;
	*(char *)buffer = *p->at++;
	return 1;
}

int
json_read(json_t **root, const char *text, size_t len, json_error_t *why,
	  struct err *e)
{
	struct parse p = {.at = text, .end = text + len};

	*root = NULL;
	if (len > (SIZE_MAX - 64) / 2)
		return err_nomem(e, "JSON");
	/* the buffer has 16 bytes and doubles when the token fills it */
	p.room = 2 * len + 64;
	p.reserve = mem_zalloc(p.room, 1, e);
	if (!p.reserve)
		return -1;
	pthread_once(&hooks_once, set_hooks);
	current = &p;
	*root = json_load_callback(next_byte, &p, JSON_REJECT_DUPLICATES, why);
	if (p.failed) {
		json_decref(*root);
		*root = NULL;
	}
	current = NULL;
	mem_free(p.reserve);
	if (p.failed)
		return err_nomem(e, "JSON");
	return *root ? 0 : 1;
}
