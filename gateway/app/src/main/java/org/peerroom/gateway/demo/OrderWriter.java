package org.peerroom.gateway.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Writes orders as JSON files: most from 200 bytes to 50 KiB, one in a hundred (five at least) over
 * 1 MiB, with names of customers and goods in many scripts. The same seed gives the same orders.
 */
final class OrderWriter {

  private static final int LARGE = 1 << 20;
  private static final int PROBES = 8;

  private static final List<String> CUSTOMERS =
      List.of(
          "Müller & Söhne GmbH",
          "Société Générale d'Épices",
          "Şişli Kahve A.Ş.",
          "ООО «Северный ветер»",
          "Ελληνικός Καφές ΑΕ",
          "株式会社 さくら珈琲",
          "서울 커피 주식회사",
          "上海茶叶有限公司",
          "شركة البن العربي",
          "בית הקפה",
          "चाय वाला प्राइवेट लिमिटेड",
          "Acme Corporation");
  private static final List<String> GOODS =
      List.of(
          "espresso",
          "café crème",
          "Milchkaffee ☕",
          "抹茶ラテ",
          "türk kahvesi",
          "cà phê sữa đá 🧊",
          "чай");

  private final ObjectMapper json = new ObjectMapper();
  private final Random random;
  private final Path folder;

  OrderWriter(Path folder, long seed) {
    this.folder = folder;
    this.random = new Random(seed);
  }

  List<Order> write(int count) throws IOException {
    Files.createDirectories(folder);
    int large = Math.min(count, Math.max(5, count / 100));
    List<Order> orders = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean isLarge =
          i % Math.max(1, count / large) == 0 && i / Math.max(1, count / large) < large;
      orders.add(write(i, isLarge ? LARGE + random.nextInt(LARGE) : smallSize()));
    }
    return orders;
  }

  /** From 200 bytes to 50 KiB, small ones more often. */
  private int smallSize() {
    return (int) (200 * Math.pow(256, random.nextDouble()));
  }

  private Order write(int number, int size) throws IOException {
    String name = String.format(Locale.ROOT, "order-%08d-%08x.json", number, random.nextInt());
    byte[] content = content(number, size);
    Path file = folder.resolve(name);
    Files.write(file, content);
    return new Order(name, file, content.length, Sha256.hex(content), probes(content));
  }

  private byte[] content(int number, int size) throws JsonProcessingException {
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("order", number);
    order.put("reference", Long.toHexString(random.nextLong()));
    order.put("customer", pick(CUSTOMERS));
    List<Map<String, Object>> items = new ArrayList<>();
    order.put("items", items);
    int written = 120;
    while (written < size) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("goods", pick(GOODS));
      item.put("batch", Long.toHexString(random.nextLong()));
      item.put("pieces", 1 + random.nextInt(500));
      item.put("cents", 1 + random.nextInt(1_000_000));
      items.add(item);
      written += 80;
    }
    return json.writeValueAsBytes(order);
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static List<byte[]> probes(byte[] content) {
    List<byte[]> probes = new ArrayList<>();
    int last = content.length - PlaintextSearch.PROBE;
    for (int i = 0; i < PROBES && last >= 0; i++) {
      int at = (int) ((long) last * i / (PROBES - 1));
      probes.add(Arrays.copyOfRange(content, at, at + PlaintextSearch.PROBE));
    }
    return probes;
  }
}
