package io.weathervane.worker.routing;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.util.Ticker;
import io.weathervane.worker.ArgumentCheckFactory;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The time after a promotion in which clients still go by the list of tools before it: a call that only that list promises
 * goes to the previous worker. The two lists are compared once, at the switch, and no worker is asked: a call of a tool that
 * is the same costs one look into a map of those that are not.
 */
public final class ToolListGrace {
    private final RoleAssignments roles;
    private final Clock clock;
    private final Ticker ticker;
    private volatile ArgumentCheckFactory checks = schema -> arguments -> true;
    private volatile @Nullable Replaced replaced;

    /** A tool that is gone, or takes other arguments since the switch. */
    private record FormerTool(
            ObjectNode definition, boolean gone, Predicate<ObjectNode> fitsBefore, Predicate<ObjectNode> fitsNow) {
        /** Whether only the list before promises an answer to these arguments. */
        boolean promises(ObjectNode arguments) {
            return gone || (!fitsNow.test(arguments) && fitsBefore.test(arguments));
        }
    }

    /** The list that a promotion replaced, and the calls that came by it. */
    private record Replaced(
            String before,
            String now,
            long deadline,
            Instant until,
            Map<String, FormerTool> tools,
            FormerCalls calls) {}

    public ToolListGrace(RoleAssignments roles, Clock clock, Ticker ticker) {
        this.roles = roles;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Has arguments held against changed schemas from the next switch on; until then only tools that are gone are seen. */
    public void checkArgumentsBy(ArgumentCheckFactory factory) {
        checks = factory;
    }

    /**
     * Begins with the promotion of a worker, which may be about to happen: calls are looked at once it is active. There is none
     * for a worker that lists no tool at all: that is a broken release, whose failures count, and not a changed list.
     *
     * @return undoes it when the promotion fails
     */
    public Runnable begin(Worker next, Duration grace) {
        Replaced last = replaced;
        replaced = roles.now()
                .worker(Role.ACTIVE)
                .filter(active -> active.alive() && !next.tools().isEmpty())
                .map(active -> new Replaced(
                        active.label(),
                        next.label(),
                        ticker.nanos() + grace.toNanos(),
                        clock.instant().plus(grace).truncatedTo(ChronoUnit.SECONDS),
                        former(active.tools(), next.tools()),
                        new FormerCalls()))
                .filter(list -> !list.tools().isEmpty())
                .orElse(null);
        return () -> replaced = last;
    }

    /** Ends with a switch back: the worker that had the other list is ended. */
    public void end() {
        replaced = null;
    }

    private Map<String, FormerTool> former(List<ObjectNode> before, List<ObjectNode> now) {
        Map<String, ObjectNode> later = now.stream()
                .collect(Collectors.toMap(ToolListGrace::name, Function.identity(), (first, second) -> first));
        Map<String, FormerTool> former = new HashMap<>();
        for (ObjectNode tool : before) {
            JsonNode schema = tool.path("inputSchema");
            ObjectNode same = later.get(name(tool));
            if (same == null) {
                former.put(name(tool), new FormerTool(tool, /* gone= */ true, any -> true, any -> false));
            } else if (!same.path("inputSchema").equals(schema)) {
                former.put(
                        name(tool),
                        new FormerTool(
                                tool, /* gone= */ false, checks.of(schema), checks.of(same.path("inputSchema"))));
            }
        }
        return Map.copyOf(former);
    }

    private static String name(ObjectNode tool) {
        return tool.path("name").asString("");
    }

    /** The definition of a tool that was in the list before and is in none now. */
    public Optional<ObjectNode> formerTool(String name) {
        Replaced list = replaced;
        FormerTool tool = list == null ? null : list.tools().get(name);
        return list != null && tool != null && tool.gone() && isInForce(list, name)
                ? Optional.of(tool.definition())
                : Optional.empty();
    }

    /**
     * The previous worker for a call that only its list promises; empty for every other call.
     *
     * @throws WorkerCallException when the time is over or that worker has ended: it says that the list has changed
     */
    Optional<LeasedWorker> worker(String name, ObjectNode arguments, WorkerCallContext callContext) {
        Replaced list = replaced;
        FormerTool tool = list == null ? null : list.tools().get(name);
        if (list == null || tool == null || !isInForce(list, name) || !tool.promises(arguments)) {
            return Optional.empty();
        }
        Optional<LeasedWorker> leased = ticker.nanos() - list.deadline() < 0 ? previous(list, tool) : Optional.empty();
        list.calls().count(leased.isPresent(), callContext);
        if (leased.isEmpty()) {
            throw changed(list, name, tool);
        }
        return leased;
    }

    /** Whether the release that it was replaced by is active, and lists the tool no more than it did at the switch. */
    private boolean isInForce(Replaced list, String name) {
        RoleAssignment now = roles.now();
        return now.label(Role.ACTIVE).filter(list.now()::equals).isPresent()
                && (!isGone(list, name)
                        || now.worker(Role.ACTIVE)
                                .filter(Worker::alive)
                                .filter(active -> active.session().tool(name).isPresent())
                                .isEmpty());
    }

    private static boolean isGone(Replaced list, String name) {
        FormerTool tool = list.tools().get(name);
        return tool != null && tool.gone();
    }

    /** The previous worker, if it promises what the active worker's list is relied on for: that a tool only reads. */
    private Optional<LeasedWorker> previous(Replaced list, FormerTool tool) {
        RoleAssignment now = roles.now();
        String name = name(tool.definition());
        boolean promised = now.worker(Role.ACTIVE)
                .filter(active -> !tool.gone() && active.readOnly(name))
                .isPresent();
        return now.worker(Role.PREVIOUS)
                .filter(worker -> worker.label().equals(list.before()) && (!promised || worker.readOnly(name)))
                .flatMap(worker -> LeasedWorker.of(worker, Role.PREVIOUS));
    }

    private static WorkerCallException changed(Replaced list, String name, FormerTool tool) {
        return new WorkerCallException(
                WorkerCallException.Kind.RPC_ERROR,
                ErrorCode.INVALID_PARAMS.code(),
                "The list of tools has changed with the switch from " + list.before() + " to " + list.now() + ": "
                        + name
                        + (tool.gone() ? " is gone" : " takes other arguments")
                        + ". Nothing was called; ask for tools/list again.",
                /* data= */ null);
    }

    /** The calls that came by the list before, in one sentence; empty while there are none. */
    public Optional<String> sentence() {
        Replaced list = replaced;
        return list == null
                ? Optional.empty()
                : list.calls()
                        .sentence()
                        .map(calls -> "calls by the list of tools before the switch to " + list.now() + ", which "
                                + list.before() + " answers until " + list.until() + ": " + calls);
    }
}
