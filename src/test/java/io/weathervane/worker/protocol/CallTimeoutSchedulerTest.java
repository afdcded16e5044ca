package io.weathervane.worker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.SilentCallContext;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of calls that are not answered. */
@Timeout(60)
final class CallTimeoutSchedulerTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final ConcurrentSkipListMap<Long, PendingCall> pending = new ConcurrentSkipListMap<>();
    private final CallTimeoutScheduler timeoutScheduler = CallTimeoutScheduler.start("test", pending.values());
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        callers.shutdownNow();
        timeoutScheduler.end();
    }

    /** How long a call that is not answered waited. */
    private Future<Duration> waited(long id, Duration limit) {
        PendingCall call = new PendingCall(id, "tools/call", Optional.empty());
        pending.put(id, call);
        return callers.submit(() -> {
            long begun = System.nanoTime();
            assertThat(call.await(limit, WorkerCallContext.none(), timeoutScheduler))
                    .isEmpty();
            pending.remove(id);
            return Duration.ofNanos(System.nanoTime() - begun);
        });
    }

    @Test
    void aCallThatIsDueEarlierIsNotHeldUpByOneThatHasTime() throws Exception {
        Future<Duration> patient = waited(1, LONG);

        assertThat(waited(2, SHORT).get()).isGreaterThanOrEqualTo(SHORT);
        assertThat(waited(3, SHORT).get()).isGreaterThanOrEqualTo(SHORT);
        assertThat(patient.isDone()).isFalse();
    }

    @Test
    void aCallIsNotEndedByTheLimitOfOneThatWasAnswered() throws Exception {
        PendingCall answered = new PendingCall(1, "tools/call", Optional.empty());
        pending.put(1L, answered);
        answered.lose("it ended");
        assertThat(callers.submit(() -> outcome(answered)).get()).isEqualTo("it ended");
        pending.remove(1L);

        assertThat(waited(2, SHORT.multipliedBy(3)).get()).isGreaterThanOrEqualTo(SHORT.multipliedBy(3));
    }

    private String outcome(PendingCall call) throws InterruptedException {
        try {
            return call.await(SHORT, WorkerCallContext.none(), timeoutScheduler).toString();
        } catch (WorkerCallException e) {
            return e.reason();
        }
    }

    @Test
    void aCallWhoseWorkerHasAlwaysMoreToTellEndsWhenItsTimeIsUp() throws Exception {
        PendingCall call = new PendingCall(1, "tools/call", Optional.empty());
        pending.put(1L, call);
        call.offer(progress());

        assertThat(callers.submit(() -> call.await(SHORT, hearing(() -> call.offer(progress())), timeoutScheduler))
                        .get(30, TimeUnit.SECONDS))
                .isEmpty();
    }

    private static CallEvent progress() {
        return new CallEvent.Progress(SampleReleases.object().put("progress", 1));
    }

    /** A caller that does this whenever it is told of progress. */
    private static WorkerCallContext hearing(Runnable action) {
        return new SilentCallContext() {
            @Override
            public void progress(double progress, OptionalDouble total, Optional<String> message) {
                action.run();
            }
        };
    }

    @Test
    void everyOneOfManyCallsEndsAndNoneBeforeItsTime() throws Exception {
        Collection<Future<Duration>> waits = new ArrayList<>();
        List<Duration> limits = new ArrayList<>();
        CountDownLatch together = new CountDownLatch(1);
        for (long id = 1; id <= 200; id++) {
            Duration limit = Duration.ofMillis(1 + (id * 37) % 250);
            limits.add(limit);
            long number = id;
            waits.add(callers.submit(() -> {
                together.await();
                return waited(number, limit).get();
            }));
        }
        together.countDown();

        int next = 0;
        for (Future<Duration> wait : waits) {
            assertThat(wait.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(limits.get(next++));
        }
        assertThat(pending).isEmpty();
    }
}
