package io.weathervane.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** A server's stdin and stdout: lines out, lines in. */
final class PipeLane {
    /** Longest line: a list of three hundred tools has some 100 KiB. */
    private static final int BUFFER = 1 << 20;

    private final OutputStream out;
    private final InputStream in;
    private final AnswerCheck check;
    private final byte[] input = new byte[BUFFER];
    private int from;
    private int until;
    private int nextId = Protocol.FIRST_ID;
    private final long[] begunAt = new long[1 << 16];

    PipeLane(Process process) {
        this(process, Protocol.EXPECTED);
    }

    /** @param expected text that every right answer has in it */
    PipeLane(Process process, String expected) {
        check = new AnswerCheck(expected);
        out = process.getOutputStream();
        in = process.getInputStream();
    }

    /** The legacy handshake; a process is asked for it once and answers modern calls all the same. */
    void handshake(Protocol protocol) throws IOException {
        if (protocol.hasHandshake()) {
            write(protocol.initialize());
            out.flush();
            from = awaitLine() + 1;
            write(protocol.initialized());
        }
    }

    /** Asks once, with nothing else in the pipe, and waits for the answer, which is returned as it is. */
    byte[] ask(byte[] request) throws IOException {
        write(request);
        out.flush();
        int end = awaitLine();
        while (AnswerCheck.id(input, from, end) == 0) {
            from = end + 1; // a notification
            end = awaitLine();
        }
        byte[] answer = Arrays.copyOfRange(input, from, end);
        from = end + 1;
        return answer;
    }

    /** Keeps this many calls in the pipe until the quota is used up. */
    Window run(Protocol protocol, int inFlight, Quota quota) throws IOException {
        return run(protocol.call(), inFlight, quota);
    }

    /** The same with another call, written with {@link Protocol#FIRST_ID}. */
    Window run(byte[] call, int inFlight, Quota quota) throws IOException {
        CallTemplate template = new CallTemplate(call);
        Samples latencies = new Samples();
        int firstId = nextId;
        int wrongBefore = check.wrong();
        int outstanding = 0;
        long begun = System.nanoTime();
        while (outstanding < inFlight) {
            call(template, System.nanoTime());
            outstanding++;
        }
        while (outstanding > 0) {
            out.flush();
            int end = awaitLine();
            long now = System.nanoTime();
            for (; end >= 0; end = lineEnd()) {
                if (AnswerCheck.id(input, from, end) == 0) {
                    from = end + 1; // a notification
                    continue;
                }
                check.look(input, from, end);
                latencies.add(now - begunAt[slot(AnswerCheck.id(input, from, end))]);
                from = end + 1;
                if (quota.isUsedUp(nextId - firstId, now)) {
                    outstanding--;
                } else {
                    call(template, now);
                }
            }
        }
        return new Window(latencies, check.wrong() - wrongBefore, System.nanoTime() - begun);
    }

    private void call(CallTemplate template, long now) throws IOException {
        begunAt[slot(nextId)] = now;
        write(template.withId(nextId++));
    }

    /** Far more slots than calls in flight. */
    private int slot(int id) {
        return id & (begunAt.length - 1);
    }

    private void write(byte[] line) throws IOException {
        out.write(line);
        out.write('\n');
    }

    /** Where the next line ends; waits for it. */
    private int awaitLine() throws IOException {
        int end = lineEnd();
        while (end < 0) {
            fill();
            end = lineEnd();
        }
        return end;
    }

    private int lineEnd() {
        return Bytes.indexOf(input, until, (byte) '\n', from);
    }

    private void fill() throws IOException {
        System.arraycopy(input, from, input, 0, until - from);
        until -= from;
        from = 0;
        int read = in.read(input, until, input.length - until);
        if (read < 0) {
            throw new EOFException("the server ended");
        }
        until += read;
    }
}
