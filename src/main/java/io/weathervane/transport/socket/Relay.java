package io.weathervane.transport.socket;

import io.weathervane.util.BoundedLineReader;
import io.weathervane.util.Threads;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of a client of this process to the server that owns the workspace, from its begin to its end. */
final class Relay {
    private static final Logger LOG = LoggerFactory.getLogger("StdioServer");

    private final SocketLineConnection connection;
    private final StdinLineQueue input;
    private final StdoutLineWriter stdout;
    private final RelayReconnectState reconnectState;
    private volatile boolean inputEnded;
    private boolean heard;
    private Optional<String> refusal = Optional.empty();

    Relay(
            SocketLineConnection connection,
            StdinLineQueue input,
            StdoutLineWriter stdout,
            RelayReconnectState reconnectState) {
        this.connection = connection;
        this.input = input;
        this.stdout = stdout;
        this.reconnectState = reconnectState;
    }

    /**
     * Passes lines both ways until the other side is gone.
     *
     * @param opening sent before anything of the client's
     * @return whether all is done: the client sends no more and has its answers
     */
    boolean run(List<byte[]> opening) throws InterruptedException, IOException {
        Thread sender = Threads.daemon("relay", () -> sendAll(opening));
        sender.start();
        try (connection) {
            receiveAll();
        } finally {
            sender.interrupt();
            sender.join();
        }
        return inputEnded && reconnectState.nothingInFlight();
    }

    /** Whether the other side has said anything. */
    boolean hasReceived() {
        return heard;
    }

    /** Why the other side has refused the connection; what else it says is the client's. */
    Optional<String> refusal() {
        return refusal;
    }

    private void receiveAll() throws IOException {
        Optional<BoundedLineReader.Line> line = next();
        refusal = line.filter(first -> !first.tooLong()).flatMap(first -> ConnectionRefuser.reason(first.bytes()));
        if (refusal.isPresent()) {
            return;
        }
        while (line.isPresent()) {
            heard = true;
            if (line.get().tooLong()) {
                LOG.warn(
                        "Dropped an answer bytes={} limit={}",
                        line.get().length(),
                        SocketLineConnection.ANSWER_BYTES_MAX);
            } else if (reconnectState.received(line.get().bytes())) {
                stdout.writeLine(line.get().bytes());
            }
            line = next();
        }
    }

    /** A connection that breaks has ended, like one that is closed. */
    private Optional<BoundedLineReader.Line> next() {
        try {
            return connection.nextLine();
        } catch (IOException e) {
            LOG.debug("The connection to the owner broke", e);
            return Optional.empty();
        }
    }

    private void sendAll(List<byte[]> opening) {
        try {
            for (byte[] line : opening) {
                connection.writeLine(line);
            }
            Optional<byte[]> line = input.head();
            while (line.isPresent()) {
                send(line.get());
                line = input.head();
            }
            inputEnded = true;
            connection.endOfLines();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("The owner takes no more lines", e);
        }
    }

    /** A line leaves the input once any of it may have reached the owner; before, it is for the next one. */
    private void send(byte[] line) throws InterruptedException, IOException {
        reconnectState.sending(line);
        try {
            connection.writeLine(line);
        } catch (SocketLineConnection.NothingSentException e) {
            reconnectState.notSent(line);
            throw e;
        } catch (IOException e) {
            input.removeHead();
            throw e;
        }
        input.removeHead();
    }
}
