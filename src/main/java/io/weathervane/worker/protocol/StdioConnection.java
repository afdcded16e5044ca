package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.MessageIdScanner;
import io.weathervane.jsonrpc.PeerMessageReader;
import io.weathervane.util.BoundedLineReader;
import io.weathervane.util.MemoryBudget;
import io.weathervane.util.Threads;
import io.weathervane.worker.WorkerCallException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's stdin and stdout: one message a line. {@link WorkerStdinWriter} writes, so a worker that stops reading blocks no
 * caller; a thread of ours reads.
 */
final class StdioConnection implements WorkerConnection {
    /** Messages not yet written; calls take at most {@link WorkerChannel#PENDING_MAX} of it. */
    private static final int OUTGOING_MAX = 2 * WorkerChannel.PENDING_MAX;

    private static final Logger LOG = LoggerFactory.getLogger("WorkerChannel");

    private final String label;
    private final int messageBytes;
    private final WorkerChannel channel;
    private final MessageIdScanner overlong = new MessageIdScanner();
    private final AnswerMemoryBudget memory =
            new AnswerMemoryBudget(MemoryBudget.ofAnswers().account());
    private final BoundedLineReader lines;
    private final WorkerStdinWriter input;

    /** @param messageBytes most bytes of a message of the worker's */
    StdioConnection(String label, InputStream in, OutputStream out, int messageBytes, WorkerChannel channel) {
        this.label = label;
        this.messageBytes = messageBytes;
        this.channel = channel;
        this.lines = new BoundedLineReader(in, messageBytes, overlong, memory);
        this.input = WorkerStdinWriter.start(label, out, OUTGOING_MAX, channel::notSent, channel::inputBroken);
    }

    @Override
    public void begin() {
        Threads.once("worker-reader-" + label, this::readAll, failure -> channel.ended())
                .start();
    }

    @Override
    public void send(JsonRpcMessage.Request request, PendingCall call, boolean alone) {
        byte[] line = JsonRpcCodec.write(request);
        if (!input.claim(line)) {
            throw new WorkerCallException(
                    WorkerCallException.Kind.BUSY,
                    "the call of " + line.length + " bytes was not sent to worker " + label
                            + ", which has too much to read already: there may be " + input.memoryLimit()
                            + "; try again later");
        }
        if (!(alone ? input.offer(line, call) : input.offerAmongOthers(line, call))) {
            throw new WorkerCallException(
                    WorkerCallException.Kind.TIMEOUT, "worker " + label + " does not read its input");
        }
    }

    @Override
    public boolean offer(JsonRpcMessage message) {
        return input.offer(JsonRpcCodec.write(message), null);
    }

    @Override
    public void answered(PendingCall call) {
        input.markRead(call);
    }

    @Override
    public boolean close() {
        return input.close();
    }

    private void readAll() {
        try {
            Optional<BoundedLineReader.Line> line = lines.next();
            while (line.isPresent()) {
                read(line.get());
                line = lines.next();
            }
        } catch (IOException e) {
            LOG.debug("worker={} output closed: {}", label, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("worker={} cannot be read any longer", label, e);
        }
        channel.ended();
    }

    private void read(BoundedLineReader.Line line) {
        if (line.tooLong()) {
            memory.take().run();
            overlong(line.length());
        } else if (line.length() > 0) {
            channel.received(PeerMessageReader.read(line.bytes()), memory.take(), Optional.empty());
        }
    }

    /** Too long to be kept; whose answer it was is known all the same. */
    private void overlong(long bytes) {
        String why = memory.refusal();
        String what = "a message of " + bytes + " bytes, "
                + (why.isEmpty() || bytes > messageBytes
                        ? "more than " + messageBytes + " (workers.messageBytes)"
                        : why);
        if (overlong.id().isPresent() && !overlong.isRequest()) {
            channel.malformed(overlong.id().get(), what);
        } else {
            channel.skipped(what);
        }
    }
}
