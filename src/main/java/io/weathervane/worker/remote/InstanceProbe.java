package io.weathervane.worker.remote;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Asks instances of a release that no call goes to now: opens a conversation with each as it was opened with the other one,
 * and ends it at once.
 *
 * @param question {@code server/discover} or {@code initialize}, as the other instance was asked
 */
record InstanceProbe(RemoteHttp http, JsonRpcMessage.Request question, Duration limit) {
    /** Why they do not answer, each in a text of its own; all are asked at the same time. */
    List<String> problems(List<URI> urls, Executor threads) {
        List<CompletableFuture<Optional<String>>> asked = urls.stream()
                .map(url -> CompletableFuture.supplyAsync(() -> problem(url), threads))
                .toList();
        return asked.stream()
                .map(CompletableFuture::join)
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<String> problem(URI url) {
        try {
            CompleteResponse answer = http.askAuthorized(carried -> post(url, carried), limit, event -> {});
            answer.giveBack().run();
            answer.headers()
                    .firstValue(ProtocolHeaders.SESSION)
                    .filter(RemoteSession::isId)
                    .ifPresent(id -> http.end(new RemoteSession(url, Optional.of(id), ""), limit));
            return answer.isOk()
                    ? Optional.empty()
                    : Optional.of(http.credentials().withoutSecrets(AnswerProblems.of(url, answer)));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private HttpRequest post(URI url, Map<String, String> carried) {
        return http.post(
                        url,
                        carried,
                        ProtocolHeaders.of(question, Optional.empty(), name -> Optional.empty()),
                        HttpRequest.BodyPublishers.ofByteArray(JsonRpcCodec.write(question)))
                .build();
    }
}
