package io.weathervane.transport.socket;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.MessageIdScanner;
import io.weathervane.tool.Caller;
import io.weathervane.transport.stdio.LineServices;
import io.weathervane.transport.stdio.LineSession;
import io.weathervane.transport.stdio.RelayedClient;
import io.weathervane.util.Backoff;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one client on stdio, whichever process owns the workspace: this one, or another to whose socket the lines
 * are passed. When that owner goes away, this process takes the workspace or finds the one that has taken it,
 * and the client goes on: its handshake is repeated silently, its unanswered requests are run again where that
 * is harmless, and answered as unknown where it is not.
 */
public final class FailoverStdioServer {
    /** Longest wait for an owner that has the lock and does not answer, such as one that is just starting. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private static final Duration RETRY = Duration.ofMillis(50);

    /** Before a connection is tried again that the owner has refused. */
    private static final Backoff REFUSAL_PAUSES = new Backoff(Duration.ofMillis(100), Duration.ofMillis(3200));

    private static final Logger LOG = LoggerFactory.getLogger("StdioServer");

    private final Path stateFolder;
    private final Ownership ownership;
    private final Caller caller;
    private final InputStream in;
    private final OutputStream out;
    private final StdoutLineWriter stdout;
    private final RelayReconnectState reconnectState;
    private final Ticker ticker;
    private Optional<StdinLineQueue> input = Optional.empty();
    private Stopwatch silence;
    private int refusals;
    private int lineBytes = JsonRpcCodec.LINE_BYTES_MAX;

    /** Attempt of this process to become the owner of the workspace. */
    @FunctionalInterface
    public interface Ownership {
        /** Takes the workspace and starts the whole server here; empty when another process has it. */
        Optional<LineServices> tryTake();
    }

    /**
     * @param caller who the client is while this process owns the workspace; to another owner it is the user that
     *     runs this process, who only looks when this caller may not do everything
     * @param readOnlyTools names of tools that may be called again when their answer was lost
     */
    public FailoverStdioServer(
            Path stateFolder,
            Ownership ownership,
            Caller caller,
            InputStream in,
            OutputStream out,
            Set<String> readOnlyTools) {
        this.stateFolder = stateFolder;
        this.ownership = ownership;
        this.caller = caller;
        this.in = in;
        this.out = out;
        this.stdout = new StdoutLineWriter(out);
        this.reconnectState = new RelayReconnectState(readOnlyTools);
        this.ticker = Ticker.system();
        this.silence = new Stopwatch(ticker, SILENCE_MAX);
    }

    /** With another bound on the bytes of a line of the client's. */
    public FailoverStdioServer withLineBytes(int newLineBytes) {
        lineBytes = newLineBytes;
        return this;
    }

    /**
     * Serves until the client sends no more and has its answers, or cannot be reached any more.
     *
     * @throws ServerUnreachableException when another process has the workspace and does not serve it
     */
    public void run() throws IOException, InterruptedException {
        silence = new Stopwatch(ticker, SILENCE_MAX);
        try {
            boolean done = false;
            while (!done) {
                Optional<LineServices> own = ownership.tryTake();
                done = own.isPresent() ? serveHere(own.get()) : relayOrWait();
            }
        } finally {
            send(reconnectState.giveUp());
        }
    }

    private boolean serveHere(LineServices services) throws IOException {
        if (input.isEmpty()) {
            new LineSession(services, in, out, caller).run();
            return true;
        }
        LOG.info("The owner of the workspace is gone; this process has taken its place");
        RelayReconnectState.Opening opening = reconnectState.reopen();
        send(opening.answers());
        InputStream lines = new SequenceInputStream(asStream(opening.lines()), input.get().stream());
        new LineSession(services, lines, stdout.stream(opening.silent()), caller).run();
        reconnectState.forget();
        return true;
    }

    private boolean relayOrWait() throws IOException, InterruptedException {
        Optional<SocketLineConnection> connection = connect();
        if (connection.isEmpty()) {
            waitForOwner();
            return false;
        }
        RelayReconnectState.Opening opening = reconnectState.reopen();
        send(opening.answers());
        Stopwatch relayed = new Stopwatch(ticker, SILENCE_MAX);
        Relay relay = new Relay(connection.get(), inputLines(), stdout, reconnectState);
        boolean done = relay.run(asThisClient(opening.lines()));
        if (relay.refusal().isPresent()) {
            waitAfterRefusal(relay.refusal().get());
            return false;
        }
        refusals = 0;
        if (relay.hasReceived() || relayed.passed()) {
            silence = new Stopwatch(ticker, SILENCE_MAX);
        } else if (!done) {
            waitForOwner();
        }
        return done;
    }

    private List<byte[]> asThisClient(List<byte[]> lines) {
        List<byte[]> all = new ArrayList<>(lines);
        all.add(0, RelayedClient.line(caller.operations()));
        return all;
    }

    private Optional<SocketLineConnection> connect() {
        try {
            return Optional.of(SocketLineConnection.connectTo(
                    caller.hasAll() ? SocketPath.of(stateFolder) : SocketPath.readOnly(stateFolder)));
        } catch (ServerUnreachableException e) {
            return Optional.empty();
        }
    }

    private void waitForOwner() throws InterruptedException {
        if (silence.passed()) {
            String owner = WorkspaceLock.describeHolder(stateFolder);
            throw new ServerUnreachableException(owner + ", has the workspace and does not answer on "
                    + SocketPath.of(stateFolder) + ": stop it, or look at its log");
        }
        new CountDownLatch(1).await(RETRY.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** A full server has room again; one that started this process never serves it. */
    private void waitAfterRefusal(String why) throws InterruptedException {
        if (why.equals(SocketServer.OWN_PROCESS) || silence.passed()) {
            throw new ServerUnreachableException("the server of this workspace does not serve this process: " + why);
        }
        refusals++;
        Duration pause = REFUSAL_PAUSES.after(refusals);
        LOG.info(
                "The server of this workspace refused the connection attempt={} pause={} why={}", refusals, pause, why);
        new CountDownLatch(1).await(pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The input is read ahead only from the first relay on: before, only a session of our own reads it. */
    private StdinLineQueue inputLines() {
        StdinLineQueue lines = input.orElseGet(() -> StdinLineQueue.start(in, lineBytes, this::refuseLine));
        input = Optional.of(lines);
        return lines;
    }

    private void refuseLine(long bytes, MessageIdScanner scanner) {
        try {
            stdout.write(LineSession.tooLong(bytes, lineBytes, scanner));
        } catch (IOException e) {
            LOG.debug("The client is gone", e);
        }
    }

    private void send(List<JsonRpcMessage.Response> answers) throws IOException {
        for (JsonRpcMessage.Response answer : answers) {
            stdout.write(answer);
        }
    }

    private static InputStream asStream(List<byte[]> lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] line : lines) {
            bytes.writeBytes(line);
            bytes.write('\n');
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
