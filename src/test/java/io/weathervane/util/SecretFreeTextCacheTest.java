package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretFreeTextCacheTest {
    private final SecretFreeTextCache texts = new SecretFreeTextCache();

    @Test
    void knowsATextByItsNameToo() {
        texts.add("reason", "hunter2hunter2");

        assertThat(texts.has("reason", "hunter2hunter2")).isTrue();
        assertThat(texts.has("password", "hunter2hunter2")).isFalse();
        assertThat(texts.has("reason", "hunter2hunter3")).isFalse();
    }

    @Test
    void keepsNothingLong() {
        String text = "a".repeat(SecretFreeTextCache.LENGTH_MAX + 1);
        texts.add("reason", text);

        assertThat(texts.has("reason", text)).isFalse();
    }

    @Test
    void aTextWithASecretIsNeverTakenForAKnownOne() {
        String secret = "use the key AKIAIOSFODNN7EXAMPLE here";

        assertThat(Redactor.cleanNamed("reason", secret)).doesNotContain("AKIA");
        assertThat(Redactor.cleanNamed("reason", secret)).doesNotContain("AKIA");
    }
}
