package views

import (
	"errors"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// DateFormPage is the form for an important date, new or not.
type DateFormPage struct {
	Base
	Form forms.ImportantDate
	ID   int64 // 0 for a new one
}

// Template names the page's template.
func (DateFormPage) Template() string { return "dates/form" }

func (v *Views) dateFormPage(c echo.Context, f forms.ImportantDate, id int64) DateFormPage {
	title := "A new date"
	if id != 0 {
		title = "Edit this date"
	}
	return DateFormPage{v.base(c, "dates", title), f, id}
}

// DateNew handles GET /dates/new.
func (v *Views) DateNew(c echo.Context) error {
	return render.Show(c, v.dateFormPage(c, forms.NewImportantDate(me(c).VIP), 0))
}

// DateNewSave handles POST /dates/new. Who sends the same form twice is led to
// the date that the first one made.
func (v *Views) DateNewSave(c echo.Context) error {
	ctx := c.Request().Context()
	f := forms.NewImportantDate(me(c).VIP)
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if !ok {
		return refuse(c, f.All(), v.dateFormPage(c, f, 0))
	}
	d := models.ImportantDate{UserID: me(c).ID}
	f.Change(&d)
	err := v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.CreateImportantDate(ctx, tx, &d, models.Today()) })
	if errors.Is(err, models.ErrSameDate) {
		old, err2 := models.ImportantDatesIn(v.DB.Read).By(me(c).ID).On(d.Day, d.Name).Find(ctx)
		if err2 != nil {
			return err2
		}
		if len(old) == 1 && old[0].Same(d) {
			d, err = old[0], nil
		}
	}
	if err != nil {
		return v.refuseDate(c, f, 0, err)
	}
	v.Auth.Flash(c, "Saved. We hope that it is a good day.")
	return route.Redirect(c, "date", d.ID)
}

// refuseDate shows the form again when models did not take it.
func (v *Views) refuseDate(c echo.Context, f forms.ImportantDate, id int64, err error) error {
	switch {
	case errors.Is(err, models.ErrSameDate):
		f.Need("name", false, "You have a date of that name on that day already. Choose another name, or edit that one.")
	case errors.Is(err, models.ErrTooManyDates):
		f.Need("name", false, "You keep "+render.Plural(models.DatesKept, "date", "dates")+", and more do not fit. Delete one that is over, then try again.")
	default:
		return err
	}
	return refuse(c, f.All(), v.dateFormPage(c, f, id))
}

// DateEdit handles GET /dates/:id/edit.
func (v *Views) DateEdit(c echo.Context) error {
	d, err := v.myDate(c)
	if err != nil {
		return err
	}
	return render.Show(c, v.dateFormPage(c, forms.ImportantDateOf(d, me(c).VIP), d.ID))
}

// DateEditSave handles POST /dates/:id/edit. When two edit at once, the last
// one wins.
func (v *Views) DateEditSave(c echo.Context) error {
	ctx := c.Request().Context()
	d, err := v.myDate(c)
	if err != nil {
		return err
	}
	f := forms.NewImportantDate(me(c).VIP)
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if !ok {
		return refuse(c, f.All(), v.dateFormPage(c, f, d.ID))
	}
	f.Change(&d)
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.SaveImportantDate(ctx, tx, d, models.Today()) })
	if err != nil {
		return v.refuseDate(c, f, d.ID, err)
	}
	v.Auth.Flash(c, "Saved.")
	return route.Redirect(c, "date", d.ID)
}

// DateDeletePage asks before a date goes for good.
type DateDeletePage struct {
	Base
	Date DateItem
}

// Template names the page's template.
func (DateDeletePage) Template() string { return "dates/delete" }

// DateDelete handles GET /dates/:id/delete.
func (v *Views) DateDelete(c echo.Context) error {
	d, err := v.myDate(c)
	if err != nil {
		return err
	}
	return render.Show(c, DateDeletePage{v.base(c, "dates", "Delete this date?"), dateItem(d, models.Today(), me(c))})
}

// DateDeleteSave handles POST /dates/:id/delete.
func (v *Views) DateDeleteSave(c echo.Context) error {
	ctx := c.Request().Context()
	d, err := v.myDate(c)
	if err != nil {
		return err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.DeleteImportantDate(ctx, tx, me(c).ID, d.ID) })
	if err != nil {
		return err
	}
	v.Auth.Flash(c, "“"+d.Name+"” is deleted.")
	return route.Redirect(c, "dates")
}
