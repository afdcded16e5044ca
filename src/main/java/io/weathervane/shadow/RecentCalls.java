package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonMemoryEstimator;
import io.weathervane.worker.CompletedCall;
import io.weathervane.worker.WorkerManager;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.node.ObjectNode;

/**
 * Remembers the newest distinct calls of read-only tools, in memory only, to make them again when a canary comes. What
 * was answered is not kept: both workers are asked anew.
 */
public final class RecentCalls implements AutoCloseable {
    /** Distinct calls kept; the ones longest not made go first. */
    static final int CALLS_MAX = 500;

    /** Larger arguments are not kept, so that all together stay below 32 MB. */
    static final int ARGUMENTS_WEIGHT_MAX = 64 * 1024;

    private record Call(String tool, ObjectNode arguments) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashSet<Call> calls = new LinkedHashSet<>();
    private AutoCloseable listening = () -> {};

    private RecentCalls() {}

    /** Listens to the calls from now on, until it is closed. */
    public static RecentCalls follow(WorkerManager workers) {
        RecentCalls recentCalls = new RecentCalls();
        recentCalls.listening = workers.onCall(recentCalls::observe);
        return recentCalls;
    }

    /** Calls of no worker, always empty. */
    public static RecentCalls empty() {
        return new RecentCalls();
    }

    /** Keeps the call if its tool is read-only; the lock is held for no longer than a look into a table. */
    void observe(CompletedCall completed) {
        if (!completed.readOnly() || !JsonMemoryEstimator.isAtMost(completed.arguments(), ARGUMENTS_WEIGHT_MAX)) {
            return;
        }
        Call call = new Call(completed.tool(), completed.arguments());
        lock.lock();
        try {
            calls.remove(call);
            calls.add(call);
            if (calls.size() > CALLS_MAX) {
                calls.remove(calls.iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Number of distinct calls that it holds now. */
    public int size() {
        lock.lock();
        try {
            return calls.size();
        } finally {
            lock.unlock();
        }
    }

    /** The newest calls, of each tool in turn, so that one that is called often does not hide the others. */
    List<ShadowCall> newest(int limit) {
        Map<String, Deque<Call>> byTool = new LinkedHashMap<>();
        lock.lock();
        try {
            calls.forEach(call -> byTool.computeIfAbsent(call.tool(), tool -> new ArrayDeque<>())
                    .push(call));
        } finally {
            lock.unlock();
        }
        List<ShadowCall> newest = new ArrayList<>();
        while (!byTool.isEmpty() && newest.size() < limit) {
            for (Deque<Call> ofOneTool : byTool.values()) {
                if (newest.size() < limit) {
                    Call call = ofOneTool.pop();
                    newest.add(new ShadowCall(
                            ShadowCall.Source.RECORDED,
                            call.tool(),
                            call.arguments().deepCopy()));
                }
            }
            byTool.values().removeIf(Deque::isEmpty);
        }
        return newest;
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop listening to calls", e);
        }
    }
}
