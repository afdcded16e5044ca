package io.weathervane;

import io.weathervane.mcp.Introduction;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolAround;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.ToolSource;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The start of the workers and of the watch over them, beside the server's own: a worker takes longer to start than
 * the server, and flags and audit have nothing to do with it. Every call that may have to do with it waits here first,
 * so that none finds the workers half started.
 */
final class WorkerStart implements AutoCloseable {
    /** Longest a slow worker holds a call of ours up, from the server's start on: operators must reach the server just then. */
    static final Duration WAIT_MAX = Duration.ofSeconds(5);

    /**
     * Longest that a client's first request waits for what the worker says of itself, from the server's start on: a
     * client asks once, and many begin just then.
     */
    static final Duration INTRODUCTION_WAIT_MAX = Duration.ofSeconds(3);

    /** The same where all that the client asks for next is of one command, for which it waits longer anyway. */
    static final Duration COMMAND_INTRODUCTION_WAIT_MAX = Duration.ofSeconds(10);

    /** Tools of ours that neither ask the workers or the monitor nor change them. */
    private static final Set<String> NEED_NO_WORKER =
            Set.of("mcp_admin_flags", "kill_switch_engage", "audit_query", "incident_report");

    private static final Logger LOG = LoggerFactory.getLogger("WeatherVane");

    private final Ticker ticker;
    private final long deadline;
    private final long listDeadline;
    private final long introductionDeadline;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * @param start brings up the workers, then the watch over them
     * @param listWait longest that what is the worker's own waits for it, from the server's start on
     * @param introductionWait longest that what it says of itself does
     */
    WorkerStart(Runnable start, Duration listWait, Duration introductionWait, Ticker ticker) {
        this.ticker = ticker;
        this.deadline = ticker.nanos() + WAIT_MAX.toNanos();
        this.listDeadline = ticker.nanos() + listWait.toNanos();
        this.introductionDeadline = ticker.nanos() + introductionWait.toNanos();
        this.thread = Threads.daemon("start-workers", () -> run(start));
    }

    WorkerStart begin() {
        thread.start();
        return this;
    }

    /** Whether it has not come to its end yet, for whatever reason. */
    boolean goesOn() {
        return ended.getCount() > 0;
    }

    /** Waits for its end, but never longer than {@link #WAIT_MAX} after the server's start. */
    void await() {
        awaitUntil(deadline);
    }

    private void awaitUntil(long end) {
        try {
            boolean inTime = ended.await(end - ticker.nanos(), TimeUnit.NANOSECONDS);
            LOG.debug("a call waited for the workers inTime={}", inTime);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The tool, called after the start when it has to do with workers. */
    Tool before(Tool tool) {
        return NEED_NO_WORKER.contains(tool.definition().name()) ? tool : new Waiting(tool);
    }

    /** The worker's tools, which are not known before it has started. */
    ToolSource before(ToolSource tools) {
        return new ToolSource() {
            @Override
            public List<ToolDefinition> list() {
                awaitUntil(listDeadline);
                return tools.list();
            }

            @Override
            public Optional<Tool> find(String name) {
                awaitUntil(listDeadline);
                return tools.find(name);
            }
        };
    }

    /** What the worker says of itself, once it has started or has failed to. */
    Introduction before(Supplier<String> text) {
        return new Introduction() {
            @Override
            public String text() {
                awaitUntil(introductionDeadline);
                return text.get();
            }

            @Override
            public boolean isAwaited() {
                return goesOn() && ticker.nanos() - introductionDeadline < 0;
            }
        };
    }

    /** Gives a start that goes on some more time. */
    @Override
    public void close() {
        try {
            thread.join(WAIT_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Runnable start) {
        try {
            start.run();
        } catch (RuntimeException e) {
            LOG.error("the workers or the watch over them did not start", e);
        } finally {
            ended.countDown();
        }
    }

    private final class Waiting implements ToolAround {
        private final Tool tool;

        Waiting(Tool tool) {
            this.tool = tool;
        }

        @Override
        public Tool tool() {
            return tool;
        }

        @Override
        public boolean answersAtOnce(ObjectNode arguments) {
            return false;
        }

        @Override
        public ToolResult call(ToolCall call) {
            WorkerStart.this.await();
            return tool.call(call);
        }
    }
}
