package io.weathervane.bench;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The least that can stand between a client and its worker and know what they say: a thread for each direction reads each
 * message as a tree and writes it again. It keeps no calls, has no limits and counts nothing.
 */
public final class BareRelay {
    private BareRelay() {}

    /** @param args the worker's command */
    public static void main(String[] args) throws Exception {
        Process worker = new ProcessBuilder(List.of(args))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        OutputStream client = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
        Thread back = new Thread(() -> relay(worker.getInputStream(), client), "to-client");
        back.start();
        relay(System.in, worker.getOutputStream());
        worker.getOutputStream().close();
        back.join();
    }

    private static void relay(InputStream from, OutputStream to) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode message = JsonRpcCodec.JSON.readTree(line);
                to.write((message + "\n").getBytes(StandardCharsets.UTF_8));
                if (!lines.ready()) {
                    to.flush();
                }
            }
        } catch (IOException e) {
            System.err.println("relay ended: " + e);
        }
    }
}
