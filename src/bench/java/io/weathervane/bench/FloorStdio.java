package io.weathervane.bench;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** The reference for stdio: one loop, one thread; one write for all lines that came with one read. */
public final class FloorStdio {
    private static final int BUFFER = 1 << 17;

    private FloorStdio() {}

    public static void main(String[] args) throws IOException {
        InputStream in = new FileInputStream(FileDescriptor.in);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        byte[] input = new byte[BUFFER];
        int until = 0;
        for (int read = in.read(input); read >= 0; read = in.read(input, until, input.length - until)) {
            until += read;
            int from = answerLines(input, until, out);
            System.arraycopy(input, from, input, 0, until - from);
            until -= from;
        }
    }

    /** Answers every whole line; where the rest begins. */
    private static int answerLines(byte[] input, int until, OutputStream out) throws IOException {
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        int from = 0;
        for (int end = Bytes.indexOf(input, until, (byte) '\n', 0);
                end >= 0;
                end = Bytes.indexOf(input, until, (byte) '\n', from)) {
            byte[] answer = FloorAnswer.to(Arrays.copyOfRange(input, from, end));
            from = end + 1;
            if (answer.length > 0) {
                answers.writeBytes(answer);
                answers.write('\n');
            }
        }
        answers.writeTo(out);
        return from;
    }
}
