extension JourneyReport {
  /// Bars against what is allowed, then the rates as large figures.
  var usage: String {
    let meters = resources.map { resource in
      let share = resource.allowed > 0 ? resource.used / resource.allowed : 1
      return """
        <article><div><span>\(escaped(resource.name))</span>\
        <span><b>\(measured(resource.used))</b> \
        <i>/ \(measured(resource.allowed)) \(escaped(resource.unit))</i></span></div>\
        <div class="bar\(share > 1 ? " over" : "")">\
        <em style="width:\(pixel(min(1, share) * 100))%"></em></div></article>
        """
    }
    let figures = rates.map { rate in
      "<p>\(escaped(rate.name))<b>\(measured(rate.value)) <i>\(escaped(rate.unit))</i></b></p>"
    }
    guard !(meters + figures).isEmpty else { return note("没有数据", "nothing to show") }
    return "<div class=\"meters\">\(meters.joined())</div><div class=\"rates\">\(figures.joined())</div>"
  }
}
