package io.weathervane.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A worker on stdio with many tools. */
public final class EchoStdio {
    private EchoStdio() {}

    public static void main(String[] args) throws IOException {
        EchoAnswer answers = new EchoAnswer(Integer.parseInt(args[0]));
        OutputStream out = System.out;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Optional<byte[]> answer = answers.to(line.getBytes(StandardCharsets.UTF_8));
            if (answer.isPresent()) {
                out.write(answer.get());
                out.write('\n');
                out.flush();
            }
        }
    }
}
