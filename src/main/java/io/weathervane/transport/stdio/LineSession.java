package io.weathervane.transport.stdio;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.jsonrpc.MessageIdScanner;
import io.weathervane.mcp.ClientSession;
import io.weathervane.mcp.ErrorMapper;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpRequest;
import io.weathervane.mcp.ResponseChannel;
import io.weathervane.mcp.RunningCall;
import io.weathervane.tool.Caller;
import io.weathervane.util.BoundedLineReader;
import io.weathervane.util.MemoryBudget;
import io.weathervane.util.RecentThreadFailures;
import io.weathervane.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client on a pair of byte streams, one JSON-RPC message per line, until the input ends. A bad or
 * oversize line costs one error message, never the session.
 *
 * <p>The reading thread works on what is answered at once, and writes the answers to a burst of lines together: they
 * are held until no further line is there to be read, or the next one may take its time. All else has threads of its
 * own, and is written as it comes.
 */
public final class LineSession implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LineSession.class);

    /** Most tool calls of one client in progress. */
    private static final int CALLS_MAX = 64;

    /** Of these, so many run on threads that wake up sooner, see {@link Threads#newPromptPerTask}. */
    private static final int PROMPT_CALLS_MAX = 2;

    /** How long a further call, and with it the reading of the next line, waits for one of them to end. */
    private static final Duration TURN_MAX = Duration.ofSeconds(10);

    /** How long the calls in progress may go on after the input has ended. */
    private static final Duration FINISH_MAX = Duration.ofSeconds(10);

    private final McpDispatcher dispatcher;
    private final InputStream in;
    private final LineWriter out;

    /** Of the reading thread, which hands it on with each request. */
    private Caller caller;

    private final ClientSession session;
    private final LegacyLineSupport legacy;
    private final LineMessages messages = new Messages();
    private final ExecutorService calls = Threads.newPromptPerTask("call", PROMPT_CALLS_MAX, CALLS_MAX + 1);
    private final Semaphore slots = new Semaphore(CALLS_MAX);
    private final MessageIdScanner overlong = new MessageIdScanner();
    private final MemoryBudget.Account memory = MemoryBudget.ofCalls().account();
    private volatile boolean closed;

    public LineSession(LineServices services, InputStream in, OutputStream out, Caller caller) {
        this.dispatcher = services.dispatcher();
        this.legacy = services.legacy();
        this.in = in;
        this.out = new LineWriter(out, this::close);
        this.caller = caller;
        this.session = dispatcher.openSession(this.out::write);
    }

    /** Reads and answers until the input ends; then gives the calls in progress some time, and returns. */
    public void run() {
        try {
            readAll(new BoundedLineReader(in, dispatcher.lineBytes(), overlong));
            session.inputEnded();
            awaitCalls();
            out.finish(FINISH_MAX);
        } finally {
            session.close();
            calls.shutdown();
        }
    }

    /** Ends the session: cancels its calls and closes its streams. May be called from any thread, repeatedly. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        session.close();
        out.close();
        try {
            in.close();
        } catch (IOException e) {
            log.debug("Closing a session's input failed", e);
        }
    }

    private void readAll(BoundedLineReader lines) {
        try {
            Optional<BoundedLineReader.Line> line = lines.next();
            while (line.isPresent() && !closed) {
                received(line.get());
                if (!lines.isNextHere()) {
                    out.release();
                }
                line = lines.next();
            }
        } catch (IOException e) {
            log.debug("A session's input broke off closed={}", closed, e);
        }
    }

    private void received(BoundedLineReader.Line line) {
        if (line.tooLong()) {
            out.write(tooLong(line.length(), dispatcher.lineBytes(), overlong));
        } else if (!isBlank(line.bytes())) {
            try {
                if (!legacy.serve(line.bytes(), messages)) {
                    received(JsonRpcCodec.read(line.bytes()), line.length());
                }
            } catch (JsonRpcReadException e) {
                out.write(e.failure());
            } catch (JsonRpcException e) {
                out.write(e.toFailure(null));
            } catch (OutOfMemoryError e) {
                RecentThreadFailures.note("session", e);
                out.write(outOfMemory());
            }
        }
    }

    private void received(JsonRpcMessage message, long bytes) {
        if (message instanceof JsonRpcMessage.Request request) {
            requested(request, bytes);
        } else {
            receivedNoRequest(message);
        }
    }

    private void receivedNoRequest(JsonRpcMessage message) {
        out.release();
        if (message instanceof JsonRpcMessage.Notification notification) {
            notified(notification);
        } else if (message instanceof JsonRpcMessage.Response response) {
            session.answered(response);
        }
    }

    private void notified(JsonRpcMessage.Notification notification) {
        if (RelayedClient.isToldBy(notification)) {
            caller = RelayedClient.after(notification, caller);
        } else {
            session.notified(notification, caller);
        }
    }

    private void requested(JsonRpcMessage.Request request, long bytes) {
        try {
            McpRequest mcpRequest = dispatcher.read(request);
            if (mcpRequest.answersAtOnce()) {
                answerAtOnce(mcpRequest);
            } else {
                out.release();
                work(mcpRequest, bytes, new LineExchange(caller, this::answer, out));
            }
        } catch (JsonRpcException e) {
            out.write(ErrorMapper.failure(request, e));
        }
    }

    /** Claims the memory that a call holds until it has ended. */
    private void claim(long bytes) {
        if (!hasMemory(bytes)) {
            throw new JsonRpcException(
                    ErrorCode.INTERNAL_ERROR,
                    "The server has no memory for this request of " + bytes + " bytes now: there may be "
                            + memory.limit() + ". Nothing was done; try again when other calls have ended.");
        }
    }

    /** As a further call waits for its turn, and with it the reading of the next line. */
    private boolean hasMemory(long bytes) {
        try {
            return memory.claim(bytes, TURN_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The answer to a message that memory ran out over; which request it was is not known any more. */
    public static JsonRpcMessage.Failure outOfMemory() {
        return new JsonRpcException(ErrorCode.INTERNAL_ERROR, "The server ran out of memory over a message")
                .toFailure(null);
    }

    private void answerAtOnce(McpRequest request) {
        RunningCall call = dispatcher.open(request, new LineExchange(caller, out::hold, out), session);
        begin(call, request);
        dispatcher.run(call);
    }

    /** Gives back what the request claimed, at its end. */
    private void work(McpRequest request, long bytes, ResponseChannel responseChannel) {
        claim(bytes);
        boolean handedOn = false;
        try {
            refuseSecondInitialize(request);
            RunningCall call = dispatcher.open(request, responseChannel, session);
            if (dispatcher.takesTime(request)) {
                begin(call, request);
                handedOn = start(call, bytes);
            } else if (request.isListen()) {
                begin(call, request);
                dispatcher.run(call);
            } else {
                dispatcher.run(call);
            }
        } finally {
            if (!handedOn) {
                memory.release(bytes);
            }
        }
    }

    /** While other calls are running, the answer may go with theirs. */
    private void answer(JsonRpcMessage message) {
        if (slots.availablePermits() < CALLS_MAX - 1) {
            out.writeAmongOthers(message);
        } else {
            out.write(message);
        }
    }

    private void refuseSecondInitialize(McpRequest request) {
        if (request.isInitialize() && session.isInitialized()) {
            throw new JsonRpcException(ErrorCode.INVALID_REQUEST, "Invalid request: initialized already");
        }
    }

    private void begin(RunningCall call, McpRequest request) {
        if (!session.calls().add(call)) {
            throw new JsonRpcException(
                    ErrorCode.INVALID_REQUEST,
                    "Invalid request: a request with the id "
                            + request.request().id() + " is running already");
        }
    }

    /** Whether it was begun, and its memory is given back by it. */
    private boolean start(RunningCall call, long bytes) {
        if (!acquired(1, TURN_MAX)) {
            dispatcher.refuse(call, CALLS_MAX + " of your calls are running. This one was not begun; try again.");
            return false;
        }
        try {
            calls.execute(() -> {
                try {
                    dispatcher.run(call);
                } finally {
                    memory.release(bytes);
                    slots.release();
                }
            });
            return true;
        } catch (RuntimeException | Error e) {
            slots.release();
            throw e;
        }
    }

    private void awaitCalls() {
        if (!acquired(CALLS_MAX, FINISH_MAX)) {
            log.warn("Gave up calls that were running {} s after their client had gone", FINISH_MAX.toSeconds());
        }
    }

    private boolean acquired(int count, Duration limit) {
        try {
            return slots.tryAcquire(count, limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * The answer to a line over the limit, for those who read lines before a session does.
     *
     * @param scanner what is known of it: its sender waits for an answer with the id of his request
     */
    public static JsonRpcMessage.Failure tooLong(long bytes, int limit, MessageIdScanner scanner) {
        return new JsonRpcException(
                        ErrorCode.INVALID_REQUEST,
                        "Invalid request: a line of " + bytes + " bytes is over the limit of " + limit
                                + " bytes (workers.messageBytes); it was dropped")
                .toFailure(scanner.isRequest() ? scanner.id().orElse(null) : null);
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    /** The connection as a batch sees it: each of its messages is served and answered like one on a line of its own. */
    private final class Messages implements LineMessages {
        @Override
        public ClientSession session() {
            return session;
        }

        @Override
        public Caller caller() {
            return caller;
        }

        @Override
        public void serve(JsonRpcMessage.Request request, long bytes, ResponseChannel answers) {
            out.release();
            work(dispatcher.read(request), bytes, answers);
        }

        @Override
        public void received(JsonRpcMessage message) {
            receivedNoRequest(message);
        }

        @Override
        public void write(JsonRpcMessage message) {
            out.write(message);
        }

        @Override
        public void write(byte[] line) {
            out.writeLine(line);
        }
    }

    /** The way of everything is the session's writer; a cancelled request has no answer. */
    private record LineExchange(Caller caller, Consumer<JsonRpcMessage> answers, LineWriter out)
            implements ResponseChannel {
        @Override
        public boolean send(JsonRpcMessage message) {
            out.write(message);
            return true;
        }

        @Override
        public void answer(JsonRpcMessage.Response response) {
            answers.accept(response);
        }

        @Override
        public void abandon() {}
    }
}
