package io.weathervane.worker.routing;

import io.weathervane.failure.FailedCall;
import io.weathervane.failure.FailureReport;
import io.weathervane.failure.ReleaseCalls;
import io.weathervane.failure.ReleaseInfo;
import io.weathervane.worker.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The calls of each release of which this server ran a worker, also after the worker has ended. Counters are made anew at each
 * switch; those of one release are added up when they are read. Reading takes no lock.
 */
public final class ReleaseCallCounters {
    /** Releases told apart; older ones without a role are added up. */
    static final int RELEASES_MAX = 4;

    /** Counters of a release that calls in flight may still count into; older ones are added up. */
    static final int COUNTERS_MAX = 8;

    private final Supplier<RoleAssignment> roles;
    private volatile State state = new State(List.of(), Optional.empty());

    /**
     * Everything at one moment.
     *
     * @param releases the newest first
     * @param earlier the sum of those that are not told apart any more
     */
    private record State(List<Release> releases, Optional<Earlier> earlier) {}

    private record Earlier(Instant since, ReleaseCalls calls) {}

    /**
     * A release.
     *
     * @param counters the newest last
     * @param older what earlier counters had
     */
    private record Release(
            String label,
            Optional<String> comparedWith,
            Instant since,
            List<CallCounters> counters,
            ReleaseCalls older) {
        static Release begun(String label, Optional<String> comparedWith, Instant now) {
            Optional<String> another = comparedWith.filter(other -> !other.equals(label));
            return new Release(label, another, now, List.of(), ReleaseCalls.NONE);
        }

        Release with(CallCounters newest) {
            List<CallCounters> all = new ArrayList<>(counters);
            all.removeIf(known -> known == newest);
            all.add(newest);
            ReleaseCalls sum =
                    all.size() > COUNTERS_MAX ? older.plus(all.remove(0).failedCalls()) : older;
            return new Release(label, comparedWith, since, List.copyOf(all), sum);
        }

        ReleaseCalls calls() {
            ReleaseCalls sum = older;
            for (CallCounters part : counters) {
                sum = sum.plus(part.failedCalls());
            }
            return sum;
        }
    }

    /** @param roles which releases have a role now */
    public ReleaseCallCounters(Supplier<RoleAssignment> roles) {
        this.roles = roles;
    }

    /**
     * A release comes with the start of the server.
     *
     * @param comparedWith the release that it had replaced
     */
    public void begin(String label, Optional<String> comparedWith, Instant now) {
        begin(Release.begun(label, comparedWith, now), Set.of());
    }

    /** A release comes as a canary, to be compared with the active one. It begins anew, unless it has another role, too. */
    public void begin(Worker canary, Instant now) {
        RoleAssignment others = roles.get().with(Role.CANARY, /* slot= */ null);
        begin(Release.begun(canary.label(), others.label(Role.ACTIVE), now).with(canary.tally()), others.labels());
    }

    private synchronized void begin(Release fresh, Set<String> others) {
        List<Release> releases = new ArrayList<>(state.releases());
        Optional<Release> kept = others.contains(fresh.label()) ? find(fresh.label()) : Optional.empty();
        releases.removeIf(release -> release.label().equals(fresh.label()));
        releases.add(0, kept.orElse(fresh));
        replace(releases);
    }

    /** From now on these counters count calls of the release, too. */
    synchronized void add(String label, CallCounters counters, Instant now) {
        List<Release> releases = new ArrayList<>(state.releases());
        Release known = find(label).orElseGet(() -> Release.begun(label, Optional.empty(), now));
        int at = releases.indexOf(known);
        if (at < 0) {
            releases.add(0, known.with(counters));
        } else {
            releases.set(at, known.with(counters));
        }
        replace(releases);
    }

    private Optional<Release> find(String label) {
        return state.releases().stream()
                .filter(release -> release.label().equals(label))
                .findFirst();
    }

    /** The newest one is about to get a role. */
    private void replace(List<Release> releases) {
        Set<String> held = roles.get().labels();
        Optional<Earlier> earlier = state.earlier();
        for (int at = releases.size() - 1; at > 0 && releases.size() > RELEASES_MAX; at--) {
            if (!held.contains(releases.get(at).label())) {
                earlier = Optional.of(sum(earlier, releases.remove(at)));
            }
        }
        state = new State(List.copyOf(releases), earlier);
    }

    private static Earlier sum(Optional<Earlier> earlier, Release release) {
        ReleaseCalls calls = release.calls().asOneTool();
        return earlier.map(sum -> new Earlier(sum.since(), sum.calls().plus(calls)))
                .orElseGet(() -> new Earlier(release.since(), calls));
    }

    /**
     * Counts a call that a watch made itself.
     *
     * @param failure empty when it went well
     */
    public void probed(String label, String tool, Optional<FailedCall> failure, Instant now) {
        find(label)
                .map(Release::counters)
                .filter(counters -> !counters.isEmpty())
                .ifPresent(
                        counters -> counters.get(counters.size() - 1).failures().probed(tool, failure, now));
    }

    /** Failures of calls; of a release without a role only when it had calls. */
    public FailureReport failures() {
        State now = state;
        RoleAssignment assignment = roles.get();
        Map<ReleaseInfo, ReleaseCalls> all = new LinkedHashMap<>();
        for (Release release : now.releases()) {
            Optional<Role> role = assignment.roleOf(release.label());
            ReleaseCalls calls = release.calls();
            if (role.isPresent() || !calls.isEmpty()) {
                String shown = role.map(Role::wireName).orElse(ReleaseInfo.ENDED);
                all.put(new ReleaseInfo(release.label(), shown, release.comparedWith(), release.since()), calls);
            }
        }
        now.earlier()
                .filter(sum -> !sum.calls().isEmpty())
                .ifPresent(sum -> all.put(
                        new ReleaseInfo(ReleaseInfo.EARLIER, ReleaseInfo.ENDED, Optional.empty(), sum.since()),
                        sum.calls()));
        return FailureReport.of(all);
    }
}
