/* A second, independent scheduler: first come, EASY backfill, one pool of equal nodes, best fit (docs/POLICY.md §2, §5, §6).
 *
 * It shares nothing with the kernel: own event loop, own books, sorted arrays instead of buckets, a plain scan of the queue
 * instead of lists by class. Standard input: `nodes devices`, then `submit request run devices` a line, ordered by submit.
 * Standard output: `start first-node` a line, in the order of the input; -1 -1 for a job that no pool of this size can hold.
 *
 *     cc -O2 -o easy_1m easy_1m.c && ./easy_1m < jobs.txt > starts.txt
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDEST = 64 };
typedef int64_t second;
typedef struct { second submit, request, run, start, est_end; int size, first_node, *nodes; } job_t;
typedef struct { int free, tenants[WIDEST], n; second released_at; } node_t;
typedef struct { second at; int job; } end_t;    /* heap of ends, by second */
typedef struct { second at; int nodes; } entry_t; /* release profile, by second */

static job_t *jobs;
static int jobs_n, nodes_n, width;
static node_t *nodes;
static uint64_t *with_free[WIDEST + 1]; /* bitmap of nodes by number of free devices */
static int count_free[WIDEST + 1], words;
static end_t *ends;
static int ends_n;
static entry_t *profile;
static int profile_n;
static int *next_waiting, first_waiting = -1, last_waiting = -1, waiting, longest;

static int nodes_of(int size) { return size <= width ? 1 : (size + width - 1) / width; }

/* ---- heap of ends ---- */
static void heap_push(second at, int job) {
    int i = ends_n++;
    for (; i && ends[(i - 1) / 2].at > at; i = (i - 1) / 2) ends[i] = ends[(i - 1) / 2];
    ends[i] = (end_t){at, job};
}
static int heap_pop(void) {
    int job = ends[0].job, i = 0;
    end_t last = ends[--ends_n];
    for (;;) {
        int child = 2 * i + 1;
        if (child >= ends_n) break;
        if (child + 1 < ends_n && ends[child + 1].at < ends[child].at) child++;
        if (ends[child].at >= last.at) break;
        ends[i] = ends[child];
        i = child;
    }
    ends[i] = last;
    return job;
}

/* ---- release profile: one entry an attempt for nodes it has whole, one a node that small attempts share ---- */
static int profile_find(second at) {
    int low = 0, high = profile_n;
    while (low < high) {
        int middle = (low + high) / 2;
        if (profile[middle].at < at) low = middle + 1;
        else high = middle;
    }
    return low;
}
static void profile_add(second at, int n) {
    int i = profile_find(at);
    memmove(profile + i + 1, profile + i, (size_t)(profile_n++ - i) * sizeof *profile);
    profile[i] = (entry_t){at, n};
}
static void profile_drop(second at, int n) {
    int i = profile_find(at);
    while (profile[i].nodes != n) i++;
    assert(i < profile_n && profile[i].at == at);
    memmove(profile + i, profile + i + 1, (size_t)(--profile_n - i) * sizeof *profile);
}

/* ---- nodes ---- */
static void node_set_free(int n, int devices) {
    with_free[nodes[n].free][n / 64] &= ~(1ull << n % 64);
    count_free[nodes[n].free]--;
    nodes[n].free = devices;
    with_free[devices][n / 64] |= 1ull << n % 64;
    count_free[devices]++;
}
static void node_set_release(int n) { /* after its small tenants changed */
    node_t *node = nodes + n;
    second latest = -1;
    for (int i = 0; i < node->n; i++)
        if (jobs[node->tenants[i]].est_end > latest) latest = jobs[node->tenants[i]].est_end;
    if (latest == node->released_at) return;
    if (node->released_at >= 0) profile_drop(node->released_at, 1);
    if (latest >= 0) profile_add(latest, 1);
    node->released_at = latest;
}
static int lowest(const uint64_t *map) {
    for (int w = 0; w < words; w++)
        if (map[w]) return w * 64 + __builtin_ctzll(map[w]);
    return -1;
}
static int best_fit(int size) {
    for (int f = size; f <= width; f++)
        if (count_free[f]) return lowest(with_free[f]);
    return -1;
}
static int best_fit_kept_beyond(int size, second shadow) { /* a shared node that will not be whole by `shadow` anyway */
    for (int f = size; f < width; f++) {
        if (!count_free[f]) continue;
        for (int w = 0; w < words; w++)
            for (uint64_t bits = with_free[f][w]; bits; bits &= bits - 1) {
                int n = w * 64 + __builtin_ctzll(bits);
                if (nodes[n].released_at > shadow) return n;
            }
    }
    return -1;
}

/* ---- placing and ending ---- */
static void place(int j, int node, second now) { /* node: for a job within a node; a larger one takes the lowest whole nodes */
    job_t *job = jobs + j;
    job->start = now;
    job->est_end = now + job->request;
    heap_push(now + (job->run > 1 ? job->run : 1), j);
    if (job->size < width) {
        job->first_node = node;
        node_set_free(node, nodes[node].free - job->size);
        nodes[node].tenants[nodes[node].n++] = j;
        node_set_release(node);
        return;
    }
    int k = nodes_of(job->size);
    job->nodes = malloc((size_t)k * sizeof(int));
    for (int i = 0; i < k; i++) {
        job->nodes[i] = lowest(with_free[width]);
        node_set_free(job->nodes[i], 0);
    }
    job->first_node = job->nodes[0];
    profile_add(job->est_end, k);
}
static void end(int j) {
    job_t *job = jobs + j;
    if (job->size < width) {
        node_t *node = nodes + job->first_node;
        node_set_free(job->first_node, node->free + job->size);
        int i = 0;
        while (node->tenants[i] != j) i++;
        node->tenants[i] = node->tenants[--node->n];
        node_set_release(job->first_node);
        return;
    }
    int k = nodes_of(job->size);
    for (int i = 0; i < k; i++) node_set_free(job->nodes[i], width);
    profile_drop(job->est_end, k);
    free(job->nodes);
}

/* ---- the cycle ---- */
static int fits(int j) { return jobs[j].size <= width ? best_fit(jobs[j].size) >= 0 : count_free[width] >= nodes_of(jobs[j].size); }
static void place_by_rule(int j, second now) { place(j, jobs[j].size <= width ? best_fit(jobs[j].size) : -1, now); }

static second shadow_of(int head, int *extra) {
    int k = nodes_of(jobs[head].size), whole = count_free[width], i = 0;
    assert(whole < k);
    while (whole < k) whole += profile[i++].nodes;
    second shadow = profile[i - 1].at;
    while (i < profile_n && profile[i].at <= shadow) whole += profile[i++].nodes;
    *extra = whole - k;
    return shadow;
}
static int backfilled(int j, second now, second shadow, int *extra) {
    int size = jobs[j].size, k = nodes_of(size), node;
    if (now + jobs[j].request <= shadow) return place_by_rule(j, now), 1;
    if (size > width) {
        if (k > *extra) return 0;
        *extra -= k;
        return place_by_rule(j, now), 1;
    }
    if ((node = best_fit_kept_beyond(size, shadow)) >= 0) return place(j, node, now), 1;
    if (*extra < 1) return 0;
    *extra -= 1;
    return place_by_rule(j, now), 1;
}
static void decide(second now) {
    while (first_waiting >= 0 && fits(first_waiting)) {
        place_by_rule(first_waiting, now);
        first_waiting = next_waiting[first_waiting];
        waiting--;
    }
    if (first_waiting < 0) { last_waiting = -1; return; }
    int extra, before = first_waiting;
    second shadow = shadow_of(first_waiting, &extra);
    for (int j = next_waiting[before]; j >= 0; j = next_waiting[j]) {
        if (count_free[0] == nodes_n) break;
        if (fits(j) && backfilled(j, now, shadow, &extra)) {
            next_waiting[before] = next_waiting[j];
            if (last_waiting == j) last_waiting = before;
            waiting--;
        } else before = j;
    }
}

static void read_jobs(void) {
    if (scanf("%d %d", &nodes_n, &width) != 2 || width > WIDEST) exit(2);
    int room = 1 << 16;
    jobs = malloc((size_t)room * sizeof *jobs);
    job_t job = {.start = -1, .first_node = -1};
    while (scanf("%ld %ld %ld %d", &job.submit, &job.request, &job.run, &job.size) == 4) {
        if (jobs_n == room) jobs = realloc(jobs, (size_t)(room *= 2) * sizeof *jobs);
        jobs[jobs_n++] = job;
    }
}
int main(void) {
    read_jobs();
    words = (nodes_n + 63) / 64;
    for (int f = 0; f <= width; f++) with_free[f] = calloc((size_t)words, 8);
    nodes = calloc((size_t)nodes_n, sizeof *nodes);
    for (int n = 0; n < nodes_n; n++) {
        nodes[n].released_at = -1;
        count_free[0]++;
        node_set_free(n, width);
    }
    ends = malloc((size_t)(nodes_n * width + 1) * sizeof *ends);
    profile = malloc((size_t)(nodes_n * width + 1) * sizeof *profile);
    next_waiting = malloc((size_t)jobs_n * sizeof(int));
    int arrived = 0;
    while (arrived < jobs_n || ends_n) {
        second now = ends_n ? ends[0].at : jobs[arrived].submit;
        if (arrived < jobs_n && jobs[arrived].submit < now) now = jobs[arrived].submit;
        while (ends_n && ends[0].at == now) end(heap_pop());
        for (; arrived < jobs_n && jobs[arrived].submit == now; arrived++) {
            if (nodes_of(jobs[arrived].size) > nodes_n) continue;
            next_waiting[arrived] = -1;
            if (last_waiting >= 0) next_waiting[last_waiting] = arrived;
            else first_waiting = arrived;
            last_waiting = arrived;
            if (++waiting > longest) longest = waiting;
        }
        decide(now);
    }
    for (int j = 0; j < jobs_n; j++) printf("%ld %d\n", jobs[j].start, jobs[j].first_node);
    fprintf(stderr, "%d jobs, longest queue %d\n", jobs_n, longest);
    return 0;
}
